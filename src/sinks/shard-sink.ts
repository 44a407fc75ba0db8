/**
 * Where encoded bytes go. A ShardSink lives in a worker thread and takes one shard at a time; buffers are recycled, so
 * memory use is constant whatever the size of the table.
 */
import type { BlockEntry } from '../encode/block-writer.js';
import type { FileOptions } from '../formats/file-options.js';
import type { FormatName } from '../formats/formats.js';
import type { Shard } from '../plan/shards.js';

/** How encoded bytes hold rows: as in a file, or as COPY's binary format. */
export type RowFormat = FormatName | 'pgbinary';

/** The same with the choices of the format. */
export type RowEncoding =
  | { readonly format: 'pgbinary' }
  | { readonly format: FormatName; readonly options: FileOptions };

/** Digest of the rows alone, without the header or trailer of a file or of COPY. */
export interface BytesDigest {
  readonly bytes: number;
  /** `csv-gmac:`, `pgbinary-gmac:` and so on, and 32 hex digits, as row-digest.ts makes them. */
  readonly digest: string;
}

/** A worker's summary of an encoded shard: equal for equal rows in the same format. */
export interface ShardDigest extends BytesDigest {
  readonly rows: number;
  /** The same for the rows' ground truth, in loads that have it. */
  readonly truth?: BytesDigest;
  /** The counts of the rows' labels, packed; for sinks that keep them. */
  readonly labels?: Uint8Array;
}

export interface ShardSink {
  readonly encoding: RowEncoding;
  /** Where the truth of each shard is to follow its rows. */
  readonly truthEncoding: RowEncoding | undefined;
  begin(shard: Shard): Promise<void>;
  /**
   * Takes the first `length` bytes of `buffer` and resolves, when the sink can take more, with a buffer of the same
   * size that the caller may overwrite (this one, or another).
   */
  write(buffer: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * After the shard's last row, if the sink takes ground truth: what is written from here on is the ground truth of the
   * rows.
   */
  beginTruth(): Promise<void>;
  /** In formats of blocks, after the last byte of each: what the end of the file has to know of it. */
  addBlock(entry: BlockEntry): void;
  /** Commits the shard's rows, all or none. Throws FleetgenError. */
  commit(digest: ShardDigest): Promise<void>;
  /** Undoes what begin and write did since the last commit. Never throws. */
  abort(): Promise<void>;
  /** Closes connections and handles. Never throws. */
  close(): Promise<void>;
}
