/**
 * Runs one load: opens the target, hands its shards to the worker threads in order, and finishes or undoes the load.
 * Only a bounded window of shards is in progress at a time, so a billion rows need no more memory than a million.
 */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason, FleetgenError, toErrorData } from '../base/errors.js';
import type { Dataset } from '../plan/dataset.js';
import { type Shard, type ShardCut, shardsOf } from '../plan/shards.js';
import type { Load, LoadResult, LoadTarget } from '../sinks/load-target.js';
import type { ShardDigest } from '../sinks/shard-sink.js';
import { unpackLabels } from './label/label-pack.js';
import {
  addLabelCounts,
  emptyLabelCounts,
  type LabelCounts,
  type LabelQuality,
  labelQuality,
} from './label/label-quality.js';
import { ProgressTally } from './progress/progress-tally.js';
import type { RunEvent, RunListener } from './progress/run-events.js';
import { pause, RetryBackoff, type RetryLimits } from './retry-backoff.js';
import { runShards } from './shards/shard-scheduler.js';
import { openWorkerPool, type WorkerPool } from './shards/worker-pool.js';

const PROGRESS_MS = 100;
/** How long an aborted `open` may take to clean up before the program gives up waiting. */
const OPENING_MS = 5000;
/**
 * Shards in progress per thread that generates one at a time: the second is queued, so that the thread is never idle.
 */
const WINDOW = 2;

/** How far a load has come. */
export interface Progress {
  /** `finish`: all rows are loaded; key, indexes and companions are being made. */
  readonly phase: 'rows' | 'finish';
  /** Generated and loaded by this run so far. */
  readonly rows: number;
  /** That this run generates. */
  readonly totalRows: number;
  /** Bytes of canonical CSV so far. */
  readonly bytes: number;
  /** Seconds since the target was opened. */
  readonly seconds: number;
}

export interface RunOptions {
  readonly dataset: Dataset;
  /** Half-open range of records. */
  readonly from: number;
  readonly to: number;
  readonly target: LoadTarget;
  /** Also loads the ground truth of every record into a companion; false by default. */
  readonly truth?: boolean;
  /** How the records are cut into shards, if not as usual. */
  readonly cut?: ShardCut;
  /** At most this many threads; fewer when there are fewer shards. */
  readonly workers: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Receives the run's events, for logs and metrics. */
  readonly onEvent?: RunListener;
  readonly signal?: AbortSignal;
  /** Limits of retries; for tests. */
  readonly retry?: RetryLimits;
  /** For tests: another module for the threads. */
  readonly workerFile?: URL;
}

/** What a load did. */
export interface RunSummary extends LoadResult {
  readonly runId: string;
  /** Records generated and loaded by this run. */
  readonly rows: number;
  /** Records already in the target from the interrupted run that this one continues. */
  readonly rowsSkipped: number;
  /** Threads that were used. */
  readonly workers: number;
  /** From opening the target to its last byte, index or rename. */
  readonly seconds: number;
  /** SHA-256, hex, over the shards' digests in order: equal for the same dataset, range and format of the rows. */
  readonly digest: string;
  /** Quality of the labels of all records of the load, including those of an interrupted run; null without records. */
  readonly labels: LabelQuality | null;
}

/**
 * Loads the records `from` (inclusive) to `to` (exclusive) of the dataset into the target. Throws FleetgenError; by
 * then every thread has ended, and the load has been undone or the error says what is left.
 */
export async function runLoad(options: RunOptions): Promise<RunSummary> {
  return new LoadRun(options).run();
}

class LoadRun {
  private readonly shards: readonly Shard[];
  private readonly workers: number;
  private readonly asked: Load;
  private readonly started = performance.now();
  private readonly tally = new ProgressTally();
  /** Aborted with the error that ended the run. */
  private readonly ending = new AbortController();
  private readonly backoff: RetryBackoff;
  private readonly digests = new Map<number, ShardDigest>();
  private readonly labels = emptyLabelCounts();
  private pool: WorkerPool | undefined;
  private opening: Promise<void> | undefined;
  private phase: Progress['phase'] = 'rows';
  private begun = false;
  /** Records that an earlier run has loaded. */
  private skipped = 0;

  constructor(private readonly options: RunOptions) {
    const { dataset, from, to, truth = false, cut } = options;
    this.shards = shardsOf(dataset, from, to, cut);
    this.workers = Math.min(options.workers, this.shards.length);
    const places = { from, to, shards: this.shards, ...(cut && { cut }) };
    this.asked = { runId: randomUUID(), dataset, truth, workers: this.workers, ...places };
    this.backoff = new RetryBackoff(options.retry);
  }

  async run(): Promise<RunSummary> {
    const { target, signal } = this.options;
    const timer = setInterval(() => this.report(), PROGRESS_MS);
    try {
      this.opening = target.open(this.asked);
      await unlessAborted(this.opening, signal);
      const load = { ...this.asked, runId: target.runId ?? this.asked.runId };
      const [result, labels] = await unlessAborted(this.loadAndFinish(load), signal);
      return this.summary(load.runId, result, labels);
    } catch (error) {
      // The undo makes no progress that could be reported.
      clearInterval(timer);
      this.ending.abort(error);
      const left = await undo(this.pool, target, this.opening);
      const cause = signal?.aborted ? abortReason(signal) : error;
      const reason = explained(cause, target, this.digests.size > 0, left);
      const { code, message } = toErrorData(reason);
      this.emit({ kind: 'failed', code, message });
      throw reason;
    } finally {
      clearInterval(timer);
    }
  }

  private async loadAndFinish(load: Load): Promise<[LoadResult, LabelQuality | null]> {
    const { target } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.loadMissing(load);
        const labels = labelQuality(await wholeLabels(target, this.labels));
        this.phase = 'finish';
        this.report();
        this.emit({ kind: 'finish' });
        return [await target.finish(), labels];
      } catch (error) {
        if (!(error instanceof FleetgenError) || !target.isTransient?.(error)) throw error;
        const pauseMs = this.backoff.pauseAfter(error, attempt);
        this.emit({ kind: 'retry', attempt, code: error.code, message: error.message, pauseMs });
        await pause(pauseMs, this.ending.signal);
      }
    }
  }

  /**
   * Loads the missing shards: all of a new load, the rest of a resumed one, and any that a crash of the server undid.
   */
  private async loadMissing(load: Load): Promise<void> {
    const { dataset, target, workerFile } = this.options;
    const { workers, backoff, ending, digests, tally, labels } = this;
    const { shardsPerThread = 1 } = target;
    const size = { threads: Math.ceil(workers / shardsPerThread), shardsPerThread };
    const window = shardsPerThread === 1 ? workers * WINDOW : workers;
    const emit: RunListener = (event) => this.emit(event);
    for (;;) {
      const missing = await missingShards(load, target, digests, tally);
      if (!this.begun) {
        this.begun = true;
        this.skipped = load.to - load.from - rowsOf(missing);
        this.emit({ kind: 'opened', load, skipped: this.skipped });
      }
      if (missing.length === 0) break;
      this.pool ??= openWorkerPool(dataset, size, workerFile);
      await runShards(missing, {
        target,
        pool: this.pool,
        window,
        backoff,
        ending,
        emit,
        digests,
        tally,
        labels,
      });
    }
    await this.pool?.close();
    this.pool = undefined;
  }

  private summary(runId: string, result: LoadResult, labels: LabelQuality | null): RunSummary {
    const seconds = Math.round(performance.now() - this.started) / 1000;
    const rows = this.rows();
    this.emit({ kind: 'done', rows, seconds, ...(result.swap && { swap: result.swap }) });
    return {
      ...result,
      runId,
      rows,
      rowsSkipped: this.skipped,
      workers: this.workers,
      seconds,
      digest: createHash('sha256').update(inOrder(this.shards, this.digests).join('\n')).digest('hex'),
      labels,
    };
  }

  private report(): void {
    this.options.onProgress?.({
      phase: this.phase,
      rows: this.tally.rows(),
      totalRows: this.rows(),
      bytes: this.tally.bytes(),
      seconds: (performance.now() - this.started) / 1000,
    });
  }

  /** Number of records that this run generates. */
  private rows(): number {
    return this.options.to - this.options.from - this.skipped;
  }

  private emit(event: RunEvent): void {
    this.options.onEvent?.(event);
  }
}

async function undo(
  pool: WorkerPool | undefined,
  target: LoadTarget,
  opening: Promise<void> | undefined,
): Promise<string | undefined> {
  // The threads first: one that commits while the target is being undone would leave its shard behind.
  await pool?.abort();
  const left = await target.abort();
  // `open` also undoes what it makes after the abort, but only while the process lives.
  const opened = await settlesInTime(opening, OPENING_MS);
  return left ?? (opened ? undefined : 'the target was still being opened, and what that makes may stay');
}

/** False when the promise is still pending after the time. */
async function settlesInTime(promise: Promise<void> | undefined, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = Promise.resolve(promise).then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([settled, late]);
  timer.abort();
  return inTime;
}

/** Updates the digests to those of the committed shards; returns the shards that are not committed. */
async function missingShards(
  load: Load,
  target: LoadTarget,
  digests: Map<number, ShardDigest>,
  tally: ProgressTally,
): Promise<readonly Shard[]> {
  if (target.committed === undefined) return load.shards.filter((shard) => !digests.has(shard.index));
  const committed = await target.committed(load.shards);
  for (const [index, digest] of digests) if (!committed.has(index)) tally.takeBack(digest);
  digests.clear();
  for (const [index, digest] of committed) digests.set(index, digest);
  return load.shards.filter((shard) => !committed.has(shard.index));
}

/**
 * The target's label counts of all committed shards, else those of this run: other runs may have loaded some of the
 * shards.
 */
async function wholeLabels(target: LoadTarget, counted: LabelCounts): Promise<LabelCounts> {
  if (target.labels === undefined) return counted;
  const whole = emptyLabelCounts();
  for await (const packed of target.labels()) addLabelCounts(whole, unpackLabels(packed));
  return whole;
}

function rowsOf(shards: readonly Shard[]): number {
  return shards.reduce((sum, shard) => sum + shard.to - shard.from, 0);
}

function inOrder(shards: readonly Shard[], digests: ReadonlyMap<number, ShardDigest>): string[] {
  return shards.map((shard) => digests.get(shard.index)!.digest);
}

/** Adds to the error what is left of a load that can be resumed or could not be undone. */
function explained(error: unknown, target: LoadTarget, begun: boolean, left: string | undefined): unknown {
  if (!(error instanceof FleetgenError) || error.exitCode === 2) return error;
  const kept = target.resumable && begun;
  if (!kept && left === undefined) return error;
  const what = error.code === 'INTERRUPTED' ? 'interrupted' : error.message;
  const line = `${what}; ${left ?? 'the records that are in stay: run the same command again to load the rest'}`;
  return new FleetgenError(error.code, line, error.exitCode, error.cause ?? error);
}

/** The promise's value, or a rejection as soon as the signal is aborted; the promise itself continues. */
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
