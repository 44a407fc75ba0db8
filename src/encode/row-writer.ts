/**
 * Compiles the writer of a format. Its source is generated from the catalogue, one straight run of stores per row,
 * because a loop over columns with a call per field costs several times as much.
 */
import type { Batch, ColumnArray } from '../columns/batch.js';
import type { TableSchema } from '../columns/column.js';
import { type FieldSource, SHARED } from './fields.js';

/** Stores are words: the last one of a row may reach past its end. */
const WORD_SLACK = 8;

/** Writes rows of batches as bytes, in a format and for a schema that it was compiled for. */
export interface RowWriter {
  /** No row needs more room than this, the scratch behind its end included. */
  readonly maxRowBytes: number;
  /**
   * Writes rows from (inclusive) to (exclusive) and returns the offset behind the last. Bytes of `out` behind that, up
   * to the room of (to - from) * maxRowBytes, may be overwritten with anything. Where `ends` is given, `ends[row]`
   * becomes the offset behind the row. Throws RangeError when the room does not suffice or a stored value is not one
   * its column can hold.
   */
  write(batch: Batch, from: number, to: number, out: Uint8Array, offset: number, ends?: Int32Array): number;
}

/**
 * The writer of rows whose fields have these sources, in the order of the schema's columns; `rowEnd` is the source that
 * ends a row.
 */
export function compileRowWriter(schema: TableSchema, fields: readonly FieldSource[], rowEnd: string): RowWriter {
  const rows = compileRows(fields, rowEnd);
  const names = schema.columns.map((column) => column.name);
  const maxRowBytes = fields.reduce((sum, field) => sum + field.maxBytes, WORD_SLACK);
  // A stream writes a few rows at a time, always of one batch to one buffer.
  let lastBatch: Batch | undefined;
  let columns: ColumnArray[] = [];
  let rowsThere = 0;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return {
    maxRowBytes,
    write(batch, from, to, out, offset, ends) {
      if (batch !== lastBatch) {
        columns = names.map((name) => {
          const array = batch.arrays[name];
          if (array === undefined) throw new RangeError(`the batch has no column ${name}`);
          return array;
        });
        rowsThere = Math.min(...columns.map((array) => array.length));
        lastBatch = batch;
      }
      if (to > rowsThere) throw new RangeError(`the batch has ${rowsThere} rows, and not ${to}`);
      if (view.buffer !== out.buffer || view.byteOffset !== out.byteOffset || view.byteLength !== out.byteLength) {
        view = new DataView(out.buffer, out.byteOffset, out.byteLength);
      }
      return rows(columns, from, to, out, view, offset, ends);
    },
  };
}

type WriteRows = (
  columns: readonly ColumnArray[],
  from: number,
  to: number,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  ends: Int32Array | undefined,
) => number;

/** Every interpolated part is made from numbers: nothing of a schema's texts gets into the source. */
function compileRows(fields: readonly FieldSource[], rowEnd: string): WriteRows {
  const source = `
    'use strict';
    const { ${Object.keys(SHARED).join(', ')} } = shared;
    return (columns, from, to, b, d, offset, ends) => {
      let o = offset;
      ${fields.map(({ setup }, i) => `const c${i} = columns[${i}]; ${setup}`).join('\n')}
      for (let row = from; row < to; row++) {
        ${fields.map(({ body }, i) => `{ const v = c${i}[row]; ${body} }`).join('\n')}
        ${rowEnd}
        if (ends !== undefined) ends[row] = o;
      }
      return o;
    };`;
  const tables = fields.map((field) => field.tables);
  return new Function('shared', 'F', source)(SHARED, tables) as WriteRows;
}
