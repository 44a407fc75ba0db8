/** Long-lived threads with warm code: some or all of them run the same task concurrently for a while. */
import { Worker } from 'node:worker_threads';
import { runError } from '../../base/errors.js';
import type { Dataset } from '../../plan/dataset.js';
import { startThreads } from '../../threads/start-threads.js';

export type CrewTask =
  | { readonly kind: 'simulate' | 'encode' | 'make' }
  /** Bytes of a buffer per thread. */
  | { readonly kind: 'copy' | 'chase'; readonly bytes: number };

export interface CrewSetup {
  readonly dataset: Dataset;
  readonly place: number;
}

export interface CrewOrder {
  readonly task: CrewTask;
  /** Absent: only prepare it. */
  readonly seconds?: number;
}

export interface CrewAnswer {
  readonly work: number;
  readonly seconds: number;
}

export interface Crew {
  /** Total rows, bytes or hops per second of the first `threads` threads, without the preparation of the task. */
  rate(task: CrewTask, threads: number, seconds: number): Promise<number>;
}

/** The threads end with `use`, or as soon as the signal is aborted: `use` then rejects with its reason. */
export async function withCrew<T>(
  dataset: Dataset,
  threads: number,
  signal: AbortSignal | undefined,
  use: (crew: Crew) => Promise<T>,
): Promise<T> {
  const crewThread = (i: number) => {
    const workerData: CrewSetup = { dataset, place: i / threads };
    return new Worker(new URL('./crew-thread.js', import.meta.url), { workerData });
  };
  const workers = startThreads(
    threads,
    () => Array.from({ length: threads }, (_, i) => crewThread(i)),
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

  const all = (order: CrewOrder, count: number): Promise<CrewAnswer[]> =>
    Promise.race([Promise.all(workers.slice(0, count).map((worker) => ask(worker, order))), ended]);
  const crew: Crew = {
    async rate(task, count, seconds) {
      await all({ task }, count);
      const answers = await all({ task, seconds }, count);
      return answers.reduce((sum, answer) => sum + answer.work / answer.seconds, 0);
    },
  };
  try {
    return await use(crew);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, order: CrewOrder): Promise<CrewAnswer> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(order);
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
