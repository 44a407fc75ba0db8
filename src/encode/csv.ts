/**
 * The CSV writer: columns to bytes, several million rows a second.
 *
 * The dialect, the same for files, stdout and COPY: RFC 4180, LF, an empty field is null, booleans 1/0, timestamps
 * 2026-01-05T08:15:30.000Z, dates 2026-01-05, all the decimals of a fixed column.
 */
import type { TableSchema } from '../columns/column.js';
import { type Dialect, fieldSource } from './fields.js';
import { compileRowWriter, type RowWriter } from './row-writer.js';

const CSV: Dialect = {
  missing: '',
  quote: '',
  booleans: ['0', '1'],
  text: csvText,
  prefix: (text) => text,
};

export type CsvWriter = RowWriter;

/** The line of column names, with its LF. */
export function csvHeader(schema: TableSchema): string {
  return `${schema.columns.map((column) => csvText(column.name)).join(',')}\n`;
}

/**
 * Compiles the writer of a schema. Throws RangeError for a column that is not well formed.
 *
 * @example
 * const dataset = planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10, vehicles: 1, days: 1 });
 * const batch = createBatch(dataset.telemetry, 100);
 * const writer = compileCsvWriter(dataset.telemetry);
 * createRecordSource(dataset, 0, 100).fill(batch);
 * const bytes = new Uint8Array(writer.maxRowBytes * batch.length);
 * const end = writer.write(batch, 0, batch.length, bytes, 0);
 * process.stdout.write(csvHeader(dataset.telemetry));
 * process.stdout.write(bytes.subarray(0, end));
 */
export function compileCsvWriter(schema: TableSchema): CsvWriter {
  const fields = schema.columns.map((column, i) => fieldSource(column, i, CSV));
  // The comma of the last field becomes the line feed.
  return compileRowWriter(schema, fields, 'd.setUint8(o - 1, 10);');
}

/**
 * Quotes where a reader would need it. An empty text is quoted too, since an empty field means null; so is one with
 * white space at its ends, which some readers trim, and COPY's end mark.
 */
export function csvText(text: string): string {
  return /^$|^\s|\s$|[",\r\n]|^\\\.$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
