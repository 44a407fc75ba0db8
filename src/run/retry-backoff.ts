/**
 * How long a run keeps retrying: exponential backoff, with jitter so that slots don't retry in step, within a deadline
 * that starts at the first failure since the last success.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetgenError } from '../base/errors.js';

export interface RetryLimits {
  /** How long the run may go without a success. */
  readonly deadlineMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const RETRY_LIMITS: RetryLimits = { deadlineMs: 120_000, firstPauseMs: 100, longestPauseMs: 5000 };

/** Shared by all slots of a run: a success in one resets the deadline of all. */
export class RetryBackoff {
  readonly #limits: RetryLimits;
  #failingSince: number | undefined;

  constructor(limits: RetryLimits = RETRY_LIMITS) {
    this.#limits = limits;
  }

  succeeded(): void {
    this.#failingSince = undefined;
  }

  /**
   * The pause before the next attempt, in milliseconds, after attempt number `attempt` (from 1) has failed. Throws the
   * error, extended by how long it was retried, if the pause would exceed the deadline.
   */
  pauseAfter(error: FleetgenError, attempt: number): number {
    const now = performance.now();
    this.#failingSince ??= now;
    const { deadlineMs, firstPauseMs, longestPauseMs } = this.#limits;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 20)) * (0.5 + Math.random() / 2);
    if (now + pause <= this.#failingSince + deadlineMs) return pause;
    const tried = `${error.message}; tried for ${Math.round((now - this.#failingSince) / 1000)} s`;
    throw new FleetgenError(error.code, tried, error.exitCode, error);
  }
}

/** Resolves after the time, or rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
