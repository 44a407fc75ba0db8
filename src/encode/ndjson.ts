/**
 * The NDJSON writer: one JSON object and a line feed per row. Names are the columns', in their order; null for a
 * missing value, true and false, RFC 3339 times, numbers with all the decimals of their column.
 */
import type { TableSchema } from '../columns/column.js';
import { type Dialect, type FieldSource, fieldSource } from './fields.js';
import { compileRowWriter, type RowWriter } from './row-writer.js';
import { literalSource, utf8 } from './text-words.js';

const JSON_VALUES: Dialect = {
  missing: 'null',
  quote: '"',
  booleans: ['false', 'true'],
  text: (text) => JSON.stringify(text),
  prefix: (text) => JSON.stringify(text).slice(1, -1),
};

/** Compiles the writer of a schema. Throws RangeError for a column that is not well formed. */
export function compileNdjsonWriter(schema: TableSchema): RowWriter {
  const fields = schema.columns.map((column, i) => {
    const name = `${i === 0 ? '{' : ''}${JSON.stringify(column.name)}:`;
    return named(name, fieldSource(column, i, JSON_VALUES));
  });
  // The comma of the last field becomes the brace, and a line feed follows.
  return compileRowWriter(schema, fields, `d.setInt16(o - 1, ${0x0a7d}, true); o += 1;`);
}

function named(name: string, field: FieldSource): FieldSource {
  return {
    ...field,
    body: `${literalSource(name)} ${field.body}`,
    maxBytes: utf8(name).length + field.maxBytes + 1,
  };
}
