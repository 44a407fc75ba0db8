/**
 * Runs one load: opens the target, hands its shards to the worker threads in order, and finishes or undoes the whole.
 * Only a window of shards is under way at a time, so a billion rows cost no more memory than a million.
 */
import { createHash, randomUUID } from 'node:crypto';
import { FleetgenError, fromErrorData } from '../errors.js';
import type { Dataset } from '../plan/dataset.js';
import { shardsOf } from '../plan/shards.js';
import type { Load, LoadResult, LoadTarget } from '../sinks/target.js';
import { createSharedState, type SharedState } from './shared-state.js';
import { openWorkerPool, type WorkerPool } from './worker-pool.js';

/** Shards under way per worker: one that runs and one that waits, so that no worker idles. */
const WINDOW_PER_WORKER = 2;
const PROGRESS_MS = 100;

export interface Progress {
  /** `finish`: all rows are in; key, indexes, companions are being made. */
  readonly phase: 'rows' | 'finish';
  readonly rows: number;
  readonly totalRows: number;
  /** Bytes of canonical CSV so far. */
  readonly bytes: number;
  /** Since the target was open. */
  readonly seconds: number;
}

export interface RunOptions {
  readonly dataset: Dataset;
  /** Half-open range of records. */
  readonly from: number;
  readonly to: number;
  readonly target: LoadTarget;
  /** At most this many threads; fewer when there are fewer shards. */
  readonly workers: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface RunSummary extends LoadResult {
  readonly runId: string;
  readonly rows: number;
  readonly workers: number;
  /** From opening the target to its last byte, index or rename. */
  readonly seconds: number;
  /** SHA-256, hex, over the shards' own SHA-256 in order: equal for the same dataset and range, whatever the target. */
  readonly digest: string;
}

/**
 * Loads the records from:to of the dataset into the target. Throws FleetgenError; after a failure or an abort the
 * target has been undone and every thread has ended.
 */
export async function runLoad(options: RunOptions): Promise<RunSummary> {
  const { dataset, from, to, target, signal } = options;
  const shards = shardsOf(dataset, from, to);
  const workers = Math.min(options.workers, shards.length);
  const load: Load = { runId: randomUUID(), dataset, from, to, shards, workers };
  const started = performance.now();
  const state = createSharedState();
  let pool: WorkerPool | undefined;
  let phase: Progress['phase'] = 'rows';

  const report = () =>
    options.onProgress?.({
      phase,
      rows: state.rows(),
      totalRows: to - from,
      bytes: state.bytes(),
      seconds: (performance.now() - started) / 1000,
    });
  const timer = setInterval(report, PROGRESS_MS);

  try {
    await unlessAborted(target.open(load), signal);
    const digests: string[] = [];
    if (workers > 0) {
      pool = openWorkerPool(dataset, state, workers);
      await runShards(load, target, pool, digests, signal);
      await pool.close();
    }
    phase = 'finish';
    report();
    const result = await unlessAborted(target.finish(), signal);
    return {
      ...result,
      runId: load.runId,
      rows: to - from,
      workers,
      seconds: Math.round(performance.now() - started) / 1000,
      digest: createHash('sha256').update(digests.join('\n')).digest('hex'),
    };
  } catch (error) {
    await undo(state, pool, target);
    throw signal?.aborted ? interrupted(signal) : error;
  } finally {
    clearInterval(timer);
  }
}

async function undo(state: SharedState, pool: WorkerPool | undefined, target: LoadTarget): Promise<void> {
  state.requestAbort();
  // The threads first: one that still commits while the target is undone would leave its shard behind.
  await pool?.abort();
  await target.abort();
}

/** Keeps a window of shards under way; the first failure ends it. */
function runShards(
  load: Load,
  target: LoadTarget,
  pool: WorkerPool,
  digests: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { shards, workers } = load;
  let next = 0;
  const lane = async () => {
    while (next < shards.length) {
      signal?.throwIfAborted();
      const position = next++;
      const shard = shards[position]!;
      const answer = await pool.run(shard, target.sinkFor(shard));
      if (answer.kind === 'failed') throw fromErrorData(answer.error);
      if (answer.kind !== 'done') throw new FleetgenError('ABORTED', 'the load was stopped');
      digests[position] = answer.digest.sha256;
      target.shardDone(shard, answer.digest);
    }
  };
  const lanes = Array.from({ length: Math.min(shards.length, workers * WINDOW_PER_WORKER) }, lane);
  return unlessAborted(Promise.all(lanes), signal).then(() => undefined);
}

/** The promise's value, or a rejection as soon as the signal is aborted; the promise goes on alone then. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The signal's own FleetgenError says who stopped the run; a library's plain signal gets one here. */
function interrupted(signal: AbortSignal): FleetgenError {
  if (signal.reason instanceof FleetgenError) return signal.reason;
  return new FleetgenError('INTERRUPTED', 'stopped: nothing of this run is left; run it again to start over', 130);
}
