/** The messages between coordinator and workers: plain data, errors included. */
import type { ErrorData } from '../../base/errors.js';
import type { Dataset } from '../../plan/dataset.js';
import type { Shard } from '../../plan/shards.js';
import type { WorkerSinkSpec } from '../../sinks/load-target.js';
import type { ShardDigest } from '../../sinks/shard-sink.js';
import type { LabelCounts } from '../label/label-quality.js';
import type { AttemptProgress } from '../progress/progress-tally.js';

/** Passed to a worker thread once, at its start. */
export interface WorkerSetup {
  readonly dataset: Dataset;
  readonly state: SharedArrayBuffer;
}

export interface ShardTask {
  readonly kind: 'shard';
  readonly shard: Shard;
  readonly sink: WorkerSinkSpec;
  /** Shared: the worker sets it to the counts of the shard's records. */
  readonly labels: LabelCounts;
  /** Shared: the worker adds to it as rows leave the encoder. */
  readonly progress: AttemptProgress;
}

/**
 * Close the sinks, and stay busy until `tasks` of these tasks are in progress, so that each worker gets its share of
 * them.
 */
export interface CloseTask {
  readonly kind: 'close';
  readonly tasks: number;
}

export type WorkerTask = ShardTask | CloseTask;

export type WorkerAnswer =
  | { readonly kind: 'done'; readonly digest: ShardDigest }
  | { readonly kind: 'closed' }
  /** The abort flag was seen; the shard is undone. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
