/** Decodes rows in PostgreSQL's text format into a batch: the inverse of what a load writes. */
import type { Batch } from '#src/columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '#src/columns/column.js';

/** A field as the server prints it (ISO dates, UTC); null for NULL. */
export type FieldText = string | null;

/**
 * Appends rows to the batch, their fields in the order of the schema.
 * Throws RangeError for a text that no value of its column prints as.
 */
export function decodeRows(schema: TableSchema, rows: readonly (readonly FieldText[])[], batch: Batch): void {
  schema.columns.forEach((column, c) => {
    const array = batch.arrays[column.name]!;
    rows.forEach((fields, r) => {
      array[batch.length + r] = decodeField(column, fields[c]!);
    });
  });
  batch.length += rows.length;
}

/** The stored value of a field. */
export function decodeField(column: Column, text: FieldText): number {
  if (text === null) {
    if (!column.nullable) throw new RangeError(`null in ${column.name}`);
    return column.kind === 'int53' ? -1 : NULL_INT;
  }
  const value = storedValue(column, text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${column.name} can't be ${text}`);
  return value;
}

function storedValue(column: Column, text: string): number {
  switch (column.kind) {
    case 'int53':
    case 'int':
      return Number(text);
    case 'fixed':
    case 'fixed53':
      return Math.round(Number(text) * 10 ** (column.decimals ?? 0));
    case 'bool':
      return ['f', 't'].indexOf(text) >= 0 ? ['f', 't'].indexOf(text) : Number.NaN;
    case 'enum': {
      const code = column.values!.indexOf(text);
      return code >= 0 ? code : Number.NaN;
    }
    case 'tag':
      return text.startsWith(column.prefix!) ? Number(text.slice(column.prefix!.length)) : Number.NaN;
    case 'date':
      return Date.parse(`${text}T00:00:00Z`) / 86_400_000;
    case 'timestamp':
      return Date.parse(`${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);
  }
}
