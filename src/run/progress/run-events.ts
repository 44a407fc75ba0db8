/** The events of a run as plain data, for logs and metrics. */

import type { Shard } from '../../plan/shards.js';
import type { Load, SwapReport } from '../../sinks/load-target.js';
import type { ShardDigest } from '../../sinks/shard-sink.js';

/** Something that happened in a load. */
export type RunEvent =
  /** The target is open; `skipped` rows of the load already exist. */
  | { readonly kind: 'opened'; readonly load: Load; readonly skipped: number }
  /** A shard is committed; milliseconds of its last attempt. */
  | {
      readonly kind: 'shard';
      readonly shard: Shard;
      readonly digest: ShardDigest;
      readonly attempt: number;
      readonly ms: number;
    }
  /** A transient failure, retried after `pauseMs`; without a shard it occurred in finish(). */
  | {
      readonly kind: 'retry';
      readonly shard?: Shard;
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly pauseMs: number;
    }
  /** All rows are loaded: key, indexes and swap begin. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'done'; readonly rows: number; readonly seconds: number; readonly swap?: SwapReport }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Receives the events of a load, in their order. What it throws fails the load. */
export type RunListener = (event: RunEvent) => void;
