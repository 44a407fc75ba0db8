/** Pools of worker threads that may hold open sockets while they wait for tasks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type FleetgenError, runError } from '../base/errors.js';
import { startThreads } from './start-threads.js';

/** How long to wait for a thread to load before terminating it anyway. */
const LOADING_MS = 5000;

export interface ThreadPool<Task, Answer> extends Pick<Piscina<Task, Answer>, 'run' | 'on'> {
  /** Terminates the threads, whatever they are doing. */
  end(): Promise<void>;
}

/** All `threads` exist from the start until the pool is ended; `more`: further options of piscina. */
export function startPool<Task, Answer>(
  threads: number,
  file: URL,
  workerData: unknown,
  more: ConstructorParameters<typeof Piscina>[0] = {},
): ThreadPool<Task, Answer> {
  const options = {
    filename: fileURLToPath(file),
    minThreads: threads,
    maxThreads: threads,
    // An idle thread blocked in Atomics.wait would starve its open database socket.
    atomics: 'disabled' as const,
    recordTiming: false,
    workerData,
    ...more,
  };
  const pool = startThreads(
    threads,
    () => new Piscina<Task, Answer>(options),
    ({ threads }) => threads,
  );
  const loaded = Promise.all(pool.threads.map(isLoaded));
  return {
    run: pool.run.bind(pool),
    on: pool.on.bind(pool),
    async end() {
      // Node aborts the process if a thread is terminated while it links its modules.
      await Promise.race([loaded, sleep(LOADING_MS, undefined, { ref: false })]);
      await pool.destroy();
    },
  };
}

/** The error for a thread that died while `doing` something, in the user's terms. */
export function workerDied(doing: string, cause: unknown): FleetgenError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return runError(
    'WORKER_DIED',
    `a worker thread ended while ${doing} (${reason}); free some memory or give fewer --workers, and run again`,
    cause,
  );
}

/** A piscina thread's first message says that its module is loaded. */
function isLoaded(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('message', () => resolve());
    worker.once('exit', () => resolve());
  });
}
