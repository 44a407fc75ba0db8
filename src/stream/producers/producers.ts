/** The worker threads of a stream into Kafka: started together, and stopped at one virtual time. */
import { Worker } from 'node:worker_threads';
import { FleetgenError, fromErrorData, runError } from '../../base/errors.js';
import { startThreads } from '../../threads/start-threads.js';
import type {
  FromStreamWorker,
  PumpResult,
  StreamStart,
  StreamWorkerSetup,
  ToStreamWorker,
} from './producer-settings.js';

export interface StreamResult extends PumpResult {
  /** Whether the stream was stopped before its end. */
  readonly interrupted: boolean;
}

/** The error that ended a stream, with its position. */
export class StreamFailure extends Error {
  constructor(
    readonly error: FleetgenError,
    readonly result: PumpResult,
  ) {
    super(error.message);
  }
}

/**
 * Runs one thread per setup. `startAt` returns when the stream begins, given the earliest message. Throws
 * StreamFailure, after every thread has ended.
 */
export async function runProducers(
  setups: readonly StreamWorkerSetup[],
  startAt: (next: number) => StreamStart,
  signal: AbortSignal | undefined,
): Promise<StreamResult> {
  const threads = startThreads(
    setups.length,
    () => setups.map((setup) => new ProducerThread(setup)),
    (started) => started.map((thread) => thread.worker),
  );
  try {
    const ready = await Promise.all(threads.map((thread) => thread.ready));
    const start = startAt(Math.min(...ready));
    for (const thread of threads) thread.tell({ kind: 'start', ...start });
    const stop = () => void stopTogether(threads);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    const results = await Promise.all(threads.map((thread) => thread.done));
    signal?.removeEventListener('abort', stop);
    return { ...sum(results), interrupted: signal?.aborted ?? false };
  } catch (error) {
    // The others deliver what is in flight, so that the position is known.
    await stopTogether(threads);
    const results = await Promise.all(threads.map((thread) => thread.settled));
    const known = error instanceof FleetgenError ? error : runError('INTERNAL', String(error), error);
    throw new StreamFailure(known, sum(results));
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** Pauses all; then each continues to the furthest one's position, so that one time describes what was delivered. */
async function stopTogether(threads: readonly ProducerThread[]): Promise<void> {
  for (const thread of threads) thread.tell({ kind: 'stop' });
  const reached = await Promise.all(threads.map((thread) => thread.paused));
  const at = Math.max(...reached);
  for (const thread of threads) thread.tell({ kind: 'end', at });
}

function sum(results: readonly PumpResult[]): PumpResult {
  return {
    delivered: results.reduce((total, result) => total + result.delivered, 0),
    bytes: results.reduce((total, result) => total + result.bytes, 0),
    position: Math.min(...results.map((result) => result.position)),
    last: Math.max(...results.map((result) => result.last)),
  };
}

class ProducerThread {
  /** Earliest virtual time of a message; rejects if the thread can't begin. */
  readonly ready: Promise<number>;
  /** Last virtual time taken, once asked to stop; -Infinity if it ended otherwise. */
  readonly paused: Promise<number>;
  readonly done: Promise<PumpResult>;
  /** The final progress, whatever happened. */
  readonly settled: Promise<PumpResult>;
  readonly worker: Worker;

  constructor(setup: StreamWorkerSetup) {
    const nothing = { delivered: 0, bytes: 0, position: setup.settings.after, last: Number.NEGATIVE_INFINITY };
    this.worker = new Worker(new URL('./producer-worker.js', import.meta.url), { workerData: setup });
    let settle: (result: PumpResult) => void = () => {};
    this.settled = new Promise((resolve) => {
      settle = resolve;
    });
    this.ready = this.first((message) => (message.kind === 'ready' ? message.next : undefined));
    this.done = this.first((message) => (message.kind === 'done' ? message : undefined));
    this.paused = this.first((message) => (message.kind === 'paused' ? message.lastTaken : undefined)).catch(
      () => Number.NEGATIVE_INFINITY,
    );
    this.worker.on('message', (message: FromStreamWorker) => {
      if (message.kind === 'done' || message.kind === 'failed') settle(message);
    });
    this.worker.on('exit', () => settle(nothing));
    // Each is awaited later, and some only after another one has failed.
    this.ready.catch(() => undefined);
    this.done.catch(() => undefined);
  }

  tell(message: ToStreamWorker): void {
    this.worker.postMessage(message);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  /** The first message that `pick` accepts; rejects if the thread fails or ends before. */
  private first<T>(pick: (message: FromStreamWorker) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.worker.on('message', (message: FromStreamWorker) => {
        const picked = pick(message);
        if (picked !== undefined) resolve(picked);
        else if (message.kind === 'failed') reject(fromErrorData(message.error));
      });
      this.worker.on('error', (error) => {
        reject(
          runError('WORKER_DIED', `a producer thread ended (${error.message}): free some memory or run again`, error),
        );
      });
      this.worker.on('exit', () => reject(runError('WORKER_DIED', 'a producer thread ended: run again')));
    });
  }
}
