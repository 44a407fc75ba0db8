/**
 * Where encoded bytes go. A ShardSink lives in a worker thread and takes one shard at a time; buffers are recycled, so
 * memory stays flat whatever the size of the table.
 */
import type { Shard } from '../plan/shards.js';

/** What the worker knows of a shard once all its rows are encoded. */
export interface ShardDigest {
  readonly rows: number;
  /** Bytes of canonical CSV, without a header. */
  readonly bytes: number;
  /** SHA-256 of the canonical CSV, hex. */
  readonly sha256: string;
}

export interface ShardSink {
  begin(shard: Shard): Promise<void>;
  /**
   * Takes the first `length` bytes of `buffer` and resolves, when the sink can take more, with a buffer of the same
   * size that the caller may overwrite (this one, or another).
   */
  write(buffer: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Makes the shard's rows lasting, all or none. Throws FleetgenError. */
  commit(digest: ShardDigest): Promise<void>;
  /** Undoes what begin and write did since the last commit. Never throws. */
  abort(): Promise<void>;
  /** Gives connections and handles back. Never throws. */
  close(): Promise<void>;
}
