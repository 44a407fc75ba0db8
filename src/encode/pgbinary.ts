/**
 * The writer of rows as PostgreSQL's COPY ... WITH (FORMAT binary) takes them: a count of fields, then each field as
 * its length and its bytes, big-endian. The server stores exactly the values that it reads from the CSV.
 */
import type { TableSchema } from '../columns/column.js';
import { binaryFieldSource } from './pgbinary-fields.js';
import { compileRowWriter, type RowWriter } from './row-writer.js';

/** What comes before the first row: signature, no flags, no extension. */
export const PGBINARY_HEADER = Uint8Array.from([
  ...[0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00],
  ...[0, 0, 0, 0],
  ...[0, 0, 0, 0],
]);

/** What comes after the last row: a count of fields of -1. */
export const PGBINARY_TRAILER = Uint8Array.from([0xff, 0xff]);

/** Bytes of a row's count of fields. */
const COUNT_BYTES = 2;

/**
 * Compiles the writer of a schema's rows, without header and trailer. Throws RangeError for a column that is not well
 * formed, or whose kind of value its SQL type does not take.
 */
export function compilePgBinaryWriter(schema: TableSchema): RowWriter {
  const count = schema.columns.length;
  if (count > 1600) throw new RangeError(`a table has at most 1600 columns, not ${count}`);
  const fields = schema.columns.map((column, i) => {
    const field = binaryFieldSource(column, i);
    if (i > 0) return field;
    const counted = `d.setInt16(o, ${count}); o += ${COUNT_BYTES}; ${field.body}`;
    return { ...field, body: counted, maxBytes: field.maxBytes + COUNT_BYTES };
  });
  return compileRowWriter(schema, fields, '');
}
