/** What coordinator and workers say to each other: plain data, errors included. */
import type { ErrorData } from '../errors.js';
import type { Dataset } from '../plan/dataset.js';
import type { Shard } from '../plan/shards.js';
import type { ShardDigest } from '../sinks/sink.js';
import type { WorkerSinkSpec } from '../sinks/target.js';
import type { LabelCounts } from './label-quality.js';

/** Given to a worker thread once, when it starts. */
export interface WorkerSetup {
  readonly dataset: Dataset;
  readonly state: SharedArrayBuffer;
}

export type WorkerTask =
  | { readonly kind: 'shard'; readonly shard: Shard; readonly sink: WorkerSinkSpec }
  /** Give the sink back, and stay busy until `workers` workers have, so that each of them gets one of these tasks. */
  | { readonly kind: 'close'; readonly workers: number };

export type WorkerAnswer =
  | { readonly kind: 'done'; readonly digest: ShardDigest; readonly labels: LabelCounts }
  | { readonly kind: 'closed' }
  /** The abort flag was seen; the shard is undone. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
