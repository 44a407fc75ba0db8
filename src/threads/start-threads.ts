/** How worker threads are started: with the flags of V8 that suit threads which do one thing at full speed, and end. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

let ownsProcess = false;

/**
 * For a program whose process is its own, such as the command line: threads that are started later get V8's flags that suit them.
 * Without it a library leaves its host's flags alone.
 */
export function tuneThreads(): void {
  ownsProcess = true;
}

/**
 * `start` makes `count` worker threads. In a process of its own the program tunes them; V8's flags hold for the threads that `start`
 * returns, not for those the process starts once all of them are up.
 *
 * With a thread for every core, V8's compiler works in the threads themselves: beside them it would only take their turns,
 * and they'd run slow code while they wait for it (a tenth of the time of a million rows, and 10 MB).
 *
 * Threads also get a fixed limit for when to mark old objects (`--initial-old-space-size`, MB; V8's own first limit),
 * which none of them reaches. V8 would else lower it to what is in use; and Node 20.19 and 20.20 abort ("ForIsolate: (data.first) !=
 * nullptr") when the compiler reaches the limit in a thread that is just ending, as they no longer wait for it there.
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
  // V8 reads them in the thread, when it makes the thread's heap.
  void Promise.all(workersOf(started).map(isUp)).then(restore);
  return started;
}

function isUp(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('online', resolve);
    worker.once('exit', () => resolve());
  });
}
