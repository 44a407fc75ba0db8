/**
 * The CSV writer: columns to bytes, several million rows a second. Its source is generated from the catalogue, one straight
 * run of stores per row, because a loop over columns with a call per field costs several times as much.
 *
 * The dialect, the same for files, stdout and COPY: RFC 4180, LF, an empty field is null, booleans 1/0, timestamps
 * 2026-01-05T08:15:30.000Z, dates 2026-01-05, all the decimals of a fixed column.
 */
import type { Batch, ColumnArray } from '../columns/batch.js';
import type { TableSchema } from '../columns/column.js';
import { type FieldSource, fieldSource, SHARED } from './csv-fields.js';
import { csvText } from './csv-text.js';

/** Stores are words: the last one of a row may reach past its end. */
const WORD_SLACK = 8;

export interface CsvWriter {
  /** No row needs more room than this, the scratch behind its end included. */
  readonly maxRowBytes: number;
  /**
   * Writes rows from (inclusive) to (exclusive) and returns the offset behind the last. Bytes of `out` behind that, up to the room
   * of (to - from) * maxRowBytes, may be overwritten with anything. Throws RangeError when the room does not suffice or a
   * stored value is not one its column can hold.
   */
  write(batch: Batch, from: number, to: number, out: Uint8Array, offset: number): number;
}

/** The line of column names, with its LF. */
export function csvHeader(schema: TableSchema): string {
  return `${schema.columns.map((column) => csvText(column.name)).join(',')}\n`;
}

/** Compiles the writer of a schema. Throws RangeError for a column that is not well formed. */
export function compileCsvWriter(schema: TableSchema): CsvWriter {
  const fields = schema.columns.map(fieldSource);
  const rows = compileRows(fields);
  const names = schema.columns.map((column) => column.name);
  const maxRowBytes = fields.reduce((sum, field) => sum + field.maxBytes, WORD_SLACK);
  return {
    maxRowBytes,
    write(batch, from, to, out, offset) {
      const columns = names.map((name) => {
        const array = batch.arrays[name];
        if (array === undefined || array.length < to) throw new RangeError(`the batch has no rows of column ${name}`);
        return array;
      });
      const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
      return rows(columns, from, to, out, view, offset);
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
) => number;

/** Every interpolated part is made from numbers: nothing of a schema's texts gets into the source. */
function compileRows(fields: readonly FieldSource[]): WriteRows {
  const source = `
    'use strict';
    const { ${Object.keys(SHARED).join(', ')} } = shared;
    return (columns, from, to, b, d, offset) => {
      let o = offset;
      ${fields.map(({ setup }, i) => `const c${i} = columns[${i}]; ${setup}`).join('\n')}
      for (let row = from; row < to; row++) {
        ${fields.map(({ body }, i) => `{ const v = c${i}[row]; ${body} }`).join('\n')}
        d.setUint8(o - 1, 10);
      }
      return o;
    };`;
  const tables = fields.map((field) => field.tables);
  return new Function('shared', 'F', source)(SHARED, tables) as WriteRows;
}
