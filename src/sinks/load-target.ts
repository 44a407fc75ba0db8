/**
 * Where a load goes, as the coordinator sees it. A LoadTarget prepares the place, gives each worker what it needs to
 * open its ShardSink, and finishes or undoes the load after the shards.
 */
import type { MessagePort, Transferable } from 'node:worker_threads';
import type { FleetgenError } from '../base/errors.js';
import type { TableSchema } from '../columns/column.js';
import type { FileOptions } from '../formats/file-options.js';
import type { FileKind } from '../formats/formats.js';
import type { Dataset } from '../plan/dataset.js';
import type { DatasetIdentity } from '../plan/dataset-identity.js';
import type { Shard, ShardCut } from '../plan/shards.js';
import type { PostgresSinkSpec } from './postgres/sink-spec.js';
import type { ShardDigest } from './shard-sink.js';

/** What a load does if its table or file exists. */
export const IF_EXISTS = ['fail', 'append', 'replace', 'resume'] as const;
/** What a load does if its table or file exists. */
export type IfExists = (typeof IF_EXISTS)[number];

export interface Load {
  readonly runId: string;
  readonly dataset: Dataset;
  /** Half-open range of records. */
  readonly from: number;
  readonly to: number;
  /** Whether the ground truth of every record goes into a companion table or file. */
  readonly truth: boolean;
  /** How it is cut into shards, if not as usual. */
  readonly cut?: ShardCut;
  /** All shards of the range, in order. */
  readonly shards: readonly Shard[];
  readonly workers: number;
}

/** How an ordered sequence of records is written: plain data. */
export interface OrderedFile {
  readonly kind: FileKind;
  readonly options: FileOptions;
}

/** Plain data that is sent to a worker with each shard. */
export type WorkerSinkSpec =
  | { readonly kind: 'null' }
  | { readonly kind: 'postgres'; readonly postgres: PostgresSinkSpec }
  | {
      readonly kind: 'ordered';
      readonly port: MessagePort;
      /** For the ground truth, in loads that have it. */
      readonly truthPort?: MessagePort;
      readonly file: OrderedFile;
    }
  | {
      readonly kind: 'folder';
      /** Where its parts are made. */
      readonly folder: string;
      readonly file: OrderedFile;
      readonly runId: string;
      readonly truth: boolean;
      readonly firstRecordId: number;
      /** Of the dataset; each file names its own range of records. */
      readonly identity: DatasetIdentity;
      readonly schemas: { readonly telemetry: TableSchema; readonly truth: TableSchema };
    };

/** What the swap cost those who read the tables. */
export interface SwapReport {
  /** From the first look at the readers to the commit, in seconds. */
  readonly seconds: number;
  /** How often readers were held up; only the last time led to the swap. */
  readonly holds: number;
  /** The longest that a reader can have queued, in seconds. */
  readonly longestHoldSeconds: number;
  /** Sessions that were ended because they blocked the swap or an earlier wait. */
  readonly ended: number;
}

export interface LoadResult {
  /** The place, for messages and --json: a URL without password, or a path. */
  readonly target: string;
  /** Bytes written to the place; for a database, the size of the rows as CSV. */
  readonly bytes: number;
  /** schema.table, for databases. */
  readonly table?: string;
  /** Seconds spent after the rows: key, indexes, analyze, swap. */
  readonly finishSeconds: number;
  /** Present if the load replaced tables. */
  readonly swap?: SwapReport;
}

export interface LoadTarget {
  /** Checks the place and prepares it. Throws a requestError before anything is changed. */
  open(load: Load): Promise<void>;
  /** The run that the open load belongs to; absent where a load is always a new run. */
  readonly runId?: string | undefined;
  /** What a worker needs for this shard. Called once per attempt; first attempts in the order of the shards. */
  sinkFor(shard: Shard): { readonly spec: WorkerSinkSpec; readonly transfer: readonly Transferable[] };
  /** Called after each shard's commit. */
  shardDone(shard: Shard, digest: ShardDigest): void;
  /** After the last shard: companions, key, indexes, swap. May be called again after a transient error. */
  finish(): Promise<LoadResult>;
  /**
   * After a failure or an interruption: undoes the load, unless it is `resumable`. May be called during `open`, which
   * then undoes its changes and rejects; the caller waits for that, too. Never throws; if the load could not be undone,
   * the text says what is left and how to remove it.
   */
  abort(): Promise<string | undefined>;
  /**
   * The digests of the committed shards, by index: including those of a resumed run and of commits whose answer was
   * lost, but not those that a server crash undid. Absent: a finished shard is final, and every load starts from
   * scratch.
   */
  committed?(shards: readonly Shard[]): Promise<ReadonlyMap<number, ShardDigest>>;
  /**
   * The packed label counts of the committed shards, in batches: of all that `committed` knows, whichever run made
   * them. Before `finish`. Absent: only what this run made is in the target.
   */
  labels?(): AsyncIterable<Uint8Array>;
  /** True for transient failures: the shard, or finish(), is retried. Absent: none is transient. */
  isTransient?(error: FleetgenError): boolean;
  /** How many shards a thread generates at the same time, each with its own sink; 1 if absent. */
  readonly shardsPerThread?: number;
  /** Whether an interrupted load keeps its committed shards for a later run to resume. */
  readonly resumable?: boolean;
}
