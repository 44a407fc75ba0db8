/** Pools of worker threads that wait for tasks over a socket of their own. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { startThreads } from './threads.js';

/** All `threads` are there from the start until the pool is destroyed; `more` are options of piscina. */
export function startPool<Task, Answer>(
  threads: number,
  file: URL,
  workerData: unknown,
  more: ConstructorParameters<typeof Piscina>[0] = {},
): Piscina<Task, Answer> {
  const options = {
    filename: fileURLToPath(file),
    minThreads: threads,
    maxThreads: threads,
    // An idle thread that blocks in Atomics.wait would starve the open database socket in it.
    atomics: 'disabled' as const,
    recordTiming: false,
    workerData,
    ...more,
  };
  return startThreads(
    threads,
    () => new Piscina<Task, Answer>(options),
    (pool) => pool.threads,
  );
}
