/** Errors as users see them. */

/** 1: the run failed (server, disk); 2: the request was wrong and nothing was changed; 129, 130, 143: it was stopped. */
export type ExitCode = 1 | 2 | 129 | 130 | 143;

/**
 * The one error class that users see. `message` is one line for a person: what happened, where, and how to fix it.
 *
 * @example
 * try {
 *   await generate({ rows: 100, to: 'fleet.xlsx' });
 * } catch (error) {
 *   if (!(error instanceof FleetgenError)) throw error;
 *   console.error(error.code, error.exitCode, error.message); // UNKNOWN_TARGET 2 --to "fleet.xlsx" is not ...
 * }
 */
export class FleetgenError extends Error {
  override readonly name = 'FleetgenError';
  /** What happened, for programs: BAD_OPTION, FILE_EXISTS, READER_CLOSED and so on. */
  readonly code: string;
  /** That of the command line. */
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, exitCode: ExitCode = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** An invalid request: exit code 2, nothing was changed. */
export function requestError(code: string, message: string, cause?: unknown): FleetgenError {
  return new FleetgenError(code, message, 2, cause);
}

/** A run that could not be completed: exit code 1. */
export function runError(code: string, message: string, cause?: unknown): FleetgenError {
  return new FleetgenError(code, message, 1, cause);
}

/** A FleetgenError as plain data, to be sent between threads. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly stack?: string;
}

export function toErrorData(error: unknown): ErrorData {
  if (error instanceof FleetgenError) {
    return { code: error.code, message: error.message, exitCode: error.exitCode, stack: stackOf(error) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, exitCode: 1, stack: error instanceof Error ? stackOf(error) : message };
}

export function fromErrorData(data: ErrorData): FleetgenError {
  const error = new FleetgenError(data.code, data.message, data.exitCode);
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : '';
  return (error.stack ?? error.message) + cause;
}

/**
 * The signal's reason if it is a FleetgenError (the command line's says what stopped the run), otherwise a generic one
 * with exit code 130.
 */
export function abortReason(signal: AbortSignal): FleetgenError {
  if (signal.reason instanceof FleetgenError) return signal.reason;
  return new FleetgenError('INTERRUPTED', 'stopped: nothing of this run is left; run it again to start over', 130);
}
