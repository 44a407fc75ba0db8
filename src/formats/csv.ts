/** CSV: one header line, then a row a line; the dialect is that of encode/csv.ts. */
import type { Column } from '../columns/column.js';
import { compileCsvWriter, csvHeader } from '../encode/csv.js';
import type { TextFormat } from './file-format.js';

export const csv: TextFormat = {
  kind: 'text',
  ending: '.csv',
  title: 'CSV',
  options: ['header'],
  header: csvHeader,
  compileLineWriter: compileCsvWriter,
  // A header, or a row of a file without one.
  beginning(schema) {
    const row = schema.columns.map(fieldPattern).join(',');
    return new RegExp(`^(?:${csvHeader(schema).trimEnd()}|${row})(?![^,\\r\\n])`);
  },
  async open(schema, path) {
    const { openCsv } = await import('../read/open-csv.js');
    return openCsv(schema, path);
  },
};

function fieldPattern({ kind, prefix, decimals, values = [] }: Column): string {
  if (kind === 'tag') return `${prefix}\\d+`;
  if (kind === 'int53') return '\\d+';
  if (kind === 'fixed' || kind === 'fixed53') return `-?\\d+\\.\\d{${decimals}}`;
  if (kind === 'date') return '\\d{4}-\\d\\d-\\d\\d';
  // Where there are none they are a scenario's.
  return values.length > 0 ? `(?:${values.join('|')})` : '(?:"(?:[^"]|"")*"|[^",\\n]*)';
}
