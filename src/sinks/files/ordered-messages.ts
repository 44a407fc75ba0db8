/**
 * What a worker and the coordinator say to each other about one shard of an ordered output, over a MessagePort of its own.
 * Buffers travel both ways by transfer: out full, back empty, so nothing is copied and memory stays flat.
 */
import type { ErrorData } from '../../base/errors.js';

export type FromWorker =
  | { readonly kind: 'chunk'; readonly buffer: Uint8Array<ArrayBuffer>; readonly length: number }
  /** No more chunks: the shard is whole. */
  | { readonly kind: 'end' };

export type FromCoordinator =
  /** A chunk has been written; its buffer comes back. */
  | { readonly kind: 'written'; readonly buffer: Uint8Array<ArrayBuffer> }
  /** Answers 'end': the worker may go on to its next shard. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** Bytes a shard may have on the way or waiting for its turn before its worker must wait. */
export const SHARD_CREDIT_BYTES = 16 * 1024 * 1024;
