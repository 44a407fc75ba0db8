import type { TableSchema } from '../columns/column.js';
import type { RowWriter } from '../encode/row-writer.js';
import type { RecordFile } from '../read/record-file.js';

/** A file format: everything that writing, recognising and reading its files needs. */
export interface FileFormat {
  /** Of a file's name, with its dot, in lower case. */
  readonly ending: string;
  /** For people, in the singular. */
  readonly title: string;
  /** The header line, with its line feed; undefined for formats without one. */
  readonly header: ((schema: TableSchema) => string) | undefined;
  /** Throws RangeError for a column that is not well formed. */
  compileWriter(schema: TableSchema): RowWriter;
  /** The beginning of a file that fleetgen wrote from such a schema, or one that has these columns first. */
  beginning(schema: TableSchema): RegExp;
  /** Throws FleetgenError for a file that can't be read or has other columns. */
  open(schema: TableSchema, path: string): Promise<RecordFile>;
}
