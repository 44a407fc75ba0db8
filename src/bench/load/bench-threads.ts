/** Long-lived threads with warm code: some or all of them run the same task concurrently for a while. */
import { Worker } from 'node:worker_threads';
import { runError } from '../../base/errors.js';
import type { Dataset } from '../../plan/dataset.js';
import { startThreads } from '../../threads/start-threads.js';

export type BenchTask =
  | { readonly kind: 'simulate' | 'encode' | 'make' }
  /** Bytes of a buffer per thread. */
  | { readonly kind: 'copy' | 'chase'; readonly bytes: number };

export interface BenchThreadSetup {
  readonly dataset: Dataset;
  readonly place: number;
}

export interface BenchCommand {
  readonly task: BenchTask;
  /** Absent: only prepare it. */
  readonly seconds?: number;
}

export interface BenchReply {
  readonly work: number;
  readonly seconds: number;
}

export interface BenchThreads {
  /** Total rows, bytes or hops per second of the first `threads` threads, without the preparation of the task. */
  rate(task: BenchTask, threads: number, seconds: number): Promise<number>;
}

/** The threads end with `use`, or as soon as the signal is aborted: `use` then rejects with its reason. */
export async function withBenchThreads<T>(
  dataset: Dataset,
  count: number,
  signal: AbortSignal | undefined,
  use: (threads: BenchThreads) => Promise<T>,
): Promise<T> {
  const startThread = (i: number) => {
    const workerData: BenchThreadSetup = { dataset, place: i / count };
    return new Worker(new URL('./bench-worker.js', import.meta.url), { workerData });
  };
  const workers = startThreads(
    count,
    () => Array.from({ length: count }, (_, i) => startThread(i)),
    (started) => started,
  );
  const { promise: ended, reject } = endless();
  for (const worker of workers) {
    worker.on('error', (cause) =>
      reject(runError('WORKER_DIED', `a thread of the bench ended: ${cause.message}`, cause)),
    );
  }
  const onAbort = () => reject(signal!.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  const all = (command: BenchCommand, used: number): Promise<BenchReply[]> =>
    Promise.race([Promise.all(workers.slice(0, used).map((worker) => ask(worker, command))), ended]);
  const threads: BenchThreads = {
    async rate(task, used, seconds) {
      await all({ task }, used);
      const replies = await all({ task, seconds }, used);
      return replies.reduce((sum, reply) => sum + reply.work / reply.seconds, 0);
    },
  };
  try {
    return await use(threads);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, command: BenchCommand): Promise<BenchReply> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(command);
  });
}

/** A promise that never resolves and may be rejected without being awaited. */
function endless(): { readonly promise: Promise<never>; readonly reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  promise.catch(() => {});
  return { promise, reject };
}
