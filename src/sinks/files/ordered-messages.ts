/**
 * The messages between a worker and the coordinator about one shard of an ordered output; each shard has its own
 * MessagePort. Buffers are transferred both ways (full to the coordinator, empty back), so nothing is copied and memory
 * use stays constant.
 */
import type { ErrorData } from '../../base/errors.js';
import type { BlockEntry } from '../../encode/block-writer.js';

export type FromWorker =
  | { readonly kind: 'chunk'; readonly buffer: Uint8Array<ArrayBuffer>; readonly length: number }
  /** The shard is complete; `blocks` are those of a format that has blocks, in order. */
  | { readonly kind: 'end'; readonly blocks: readonly BlockEntry[] };

export type FromCoordinator =
  /** A chunk has been written; its buffer comes back. */
  | { readonly kind: 'written'; readonly buffer: Uint8Array<ArrayBuffer> }
  /** Answers 'end': the worker may begin its next shard. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** Bytes of a shard that may be in transit or queued before its worker must wait. */
export const SHARD_CREDIT_BYTES = 16 * 1024 * 1024;
