/**
 * Where a load goes, as the coordinator sees it. A LoadTarget prepares the place, gives each worker what it needs to
 * open its ShardSink, and finishes (or undoes) the load when the shards are through.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';
import type { Dataset } from '../plan/dataset.js';
import type { Shard } from '../plan/shards.js';
import type { PostgresSinkSpec } from './postgres/spec.js';
import type { ShardDigest } from './sink.js';

export interface Load {
  readonly runId: string;
  readonly dataset: Dataset;
  /** Half-open range of records. */
  readonly from: number;
  readonly to: number;
  /** All shards of the range, in order. */
  readonly shards: readonly Shard[];
  readonly workers: number;
}

/** Plain data that crosses to a worker with each shard. */
export type WorkerSinkSpec =
  | { readonly kind: 'null' }
  | { readonly kind: 'postgres'; readonly postgres: PostgresSinkSpec }
  | { readonly kind: 'ordered'; readonly port: MessagePort; readonly gzip: boolean };

export interface LoadResult {
  /** The place for people and for --json: a URL without password, or a path. */
  readonly target: string;
  /** Bytes written to the place. */
  readonly bytes: number;
  /** schema.table, for databases. */
  readonly table?: string;
  /** Seconds spent after the rows were in: key, indexes, analyze, swap. */
  readonly finishSeconds: number;
}

export interface LoadTarget {
  /** Checks the place and prepares it. Throws a requestError before anything is touched. */
  open(load: Load): Promise<void>;
  /** What the worker that takes this shard needs. Called once per shard, in the order of the shards. */
  sinkFor(shard: Shard): { readonly spec: WorkerSinkSpec; readonly transfer: readonly Transferable[] };
  /** Called as each shard is committed by its worker. */
  shardDone(shard: Shard, digest: ShardDigest): void;
  /** After the last shard: companions, key, indexes, swap. */
  finish(): Promise<LoadResult>;
  /** After a failure or an interruption: leaves nothing half-done. Never throws. */
  abort(): Promise<void>;
}
