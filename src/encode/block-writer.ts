/** Formats that hold rows as blocks of columns: a row group of Parquet, a record batch of Arrow. */
import type { Batch } from '../columns/batch.js';

/** A run of encoded bytes. Both are views that are overwritten after the next one is asked for. */
export interface Piece {
  /** As they stand in the file. */
  readonly bytes: Uint8Array;
  /** The part that depends on the rows alone, before compression: what a digest covers. */
  readonly content: Uint8Array;
}

/** What the end of a file has to know of a block: plain data. */
export interface BlockEntry {
  readonly rows: number;
  /** Size in the file. */
  readonly bytes: number;
}

export interface BlockWriter<Entry extends BlockEntry = BlockEntry> {
  /** Most rows of a block. */
  readonly blockRows: number;
  /** Encodes all rows of a batch, at most `blockRows`, as one block; returns its entry. */
  write(batch: Batch): Generator<Piece, Entry>;
}

/** Compresses a page, into memory of its own. */
export type Compress = (bytes: Uint8Array) => Uint8Array;

/** Encodes a batch, hands on each piece before the next is made, and returns the block's entry. */
export async function encodeBlock(
  writer: BlockWriter,
  batch: Batch,
  take: (piece: Piece) => Promise<void>,
): Promise<BlockEntry> {
  const pieces = writer.write(batch);
  let next = pieces.next();
  for (; next.done !== true; next = pieces.next()) await take(next.value);
  return next.value;
}
