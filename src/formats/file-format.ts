import type { TableSchema } from '../columns/column.js';
import type { BlockEntry, BlockWriter } from '../encode/block-writer.js';
import type { RowWriter } from '../encode/row-writer.js';
import type { RecordFile } from '../read/record-file.js';
import type { FileOption, FileOptions } from './file-options.js';

/** A file format: everything that writing, recognising and reading its files needs. */
export type FileFormat = TextFormat | BlockFormat;

interface AnyFormat {
  /** Of a file's name, with its dot, in lower case. */
  readonly ending: string;
  /** For people, in the singular. */
  readonly title: string;
  /** The options that make a difference. */
  readonly options: readonly FileOption[];
  /** Writes rows as a RecordFile of the format has their bytes. Throws RangeError for a column that is not well formed. */
  compileLineWriter(schema: TableSchema): RowWriter;
  /** Throws FleetgenError for a file that can't be read or has other columns. */
  open(schema: TableSchema, path: string): Promise<RecordFile>;
}

/** A row a line. Such files can be compressed as a whole. */
export interface TextFormat extends AnyFormat {
  readonly kind: 'text';
  /** The header line, with its line feed; undefined for formats without one. */
  readonly header: ((schema: TableSchema) => string) | undefined;
  /** The beginning of a file that fleetgen wrote from such a schema, or one that has these columns first. */
  beginning(schema: TableSchema): RegExp;
}

/** Blocks of columns between a head and a tail; a codec of its own compresses them, if any does. */
export interface BlockFormat extends AnyFormat {
  readonly kind: 'blocks';
  /** Where a file that fleetgen wrote says so, in its first or its last bytes. */
  readonly signature: { readonly at: 'beginning' | 'end'; readonly text: string };
  /** Throws a requestError if the codec can't be had. */
  compileWriter(schema: TableSchema, options: FileOptions): Promise<BlockWriter>;
  /** What stands before the first block. */
  head(file: BlockFile): Uint8Array;
  /** What stands behind the last block; `blocks` are the entries of all, in order. */
  tail(file: BlockFile, blocks: readonly BlockEntry[]): Uint8Array;
}

export interface BlockFile {
  readonly schema: TableSchema;
  /** What the file says of its dataset, as JSON. */
  readonly identity: string;
  /** For a reader that can't seek: standard output. */
  readonly isStream: boolean;
  /** The column whose values ascend through the file. */
  readonly sortedBy: string | undefined;
  readonly options: FileOptions;
}
