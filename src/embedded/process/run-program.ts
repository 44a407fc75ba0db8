/**
 * Runs one of the server's programs to its end, as the server's user, and returns its output. The programs run with
 * English messages and without the caller's PG* variables.
 */
import { type SpawnOptions, spawn } from 'node:child_process';

/** The operating system's user that programs run as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

export interface ProgramResult {
  /** Exit code; null if a signal ended the program or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly error?: NodeJS.ErrnoException;
}

export interface ProgramOptions {
  /** Undefined: the caller's own user. */
  readonly user: ServerUser | undefined;
  readonly cwd?: string;
  readonly input?: string;
  /** Ends the program with SIGTERM. */
  readonly signal?: AbortSignal | undefined;
}

/** Never rejects: a failure to start is part of the outcome. */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const end = (code: number | null, error?: NodeJS.ErrnoException): void =>
      resolve({
        code,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        ...(error === undefined ? {} : { error }),
      });
    const settings: SpawnOptions = {
      cwd: options.cwd ?? '/',
      env: environment(),
      // A separate process group, so that Ctrl-C reaches only us, and we decide how the server is shut down.
      detached: true,
      stdio: 'pipe',
      ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    };
    try {
      const child = spawn(file, args, settings);
      child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
      // A program that ends early closes its stdin; its exit code says why.
      child.stdin?.on('error', () => {});
      child.stdin?.end(options.input ?? '');
      const kill = (): void => endGroup(child.pid);
      options.signal?.addEventListener('abort', kill, { once: true });
      if (options.signal?.aborted) kill();
      const settle = (code: number | null, error?: NodeJS.ErrnoException): void => {
        options.signal?.removeEventListener('abort', kill);
        end(code, error);
      };
      child.once('error', (error) => settle(null, error));
      child.once('close', (code) => settle(code));
    } catch (error) {
      // Node throws, instead of emitting, for the rarer errors of a spawn, such as a user that can't be switched to.
      end(null, error as NodeJS.ErrnoException);
    }
  });
}

/** The program and those it started: initdb runs the server several times. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGTERM');
  } catch {
    // It has already ended.
  }
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
