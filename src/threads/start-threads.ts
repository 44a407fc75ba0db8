/** Starts worker threads with V8 flags for short-lived, compute-bound threads. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

let ownsProcess = false;

/**
 * For a program that owns its process, such as the command line: threads started later get suitable V8 flags. Without
 * this call the library leaves its host's flags alone.
 *
 * @example
 * tuneThreads(); // Once, before anything else.
 * await generate({ rows: 100_000, to: 'null' });
 */
export function tuneThreads(): void {
  ownsProcess = true;
}

/**
 * Calls `start`, which creates `count` worker threads; after `tuneThreads` with V8 flags that apply to these threads
 * but not to any started once all of them are up.
 *
 * With one thread per core, V8 compiles in the threads themselves: a concurrent compiler would compete for the cores
 * while the threads run slow code (a tenth of the time of a million rows, and 10 MB).
 *
 * Threads also get a fixed limit for starting to mark the old generation (`--initial-old-space-size`, MB; V8's own
 * initial limit), which none of them reaches. Otherwise V8 would lower it to the memory in use; and Node 20.19 and
 * 20.20 abort ("ForIsolate: (data.first) != nullptr") when the compiler reaches the limit in a thread that is ending,
 * as they no longer wait for the compiler there.
 */
export function startThreads<T>(count: number, start: () => T, workersOf: (started: T) => readonly Worker[]): T {
  if (!ownsProcess) return start();
  const ownCompiler = count >= availableParallelism();
  setFlagsFromString('--initial-old-space-size=512');
  if (ownCompiler) setFlagsFromString('--no-concurrent-recompilation');
  const restore = () => {
    setFlagsFromString('--initial-old-space-size=0');
    if (ownCompiler) setFlagsFromString('--concurrent-recompilation');
  };
  const started = start();
  // V8 reads the flags in the thread when it creates the thread's heap.
  void Promise.all(workersOf(started).map(isUp)).then(restore);
  return started;
}

function isUp(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('online', resolve);
    worker.once('exit', () => resolve());
  });
}
