/**
 * The rows of a batch as the texts of their CSV fields, converted with JavaScript's built-ins, as a user of fast-csv
 * would.
 */
import { type Batch, isNull } from '#src/columns/batch.js';
import type { Column, TableSchema } from '#src/columns/column.js';

export function csvTextRows(schema: TableSchema, batch: Batch): string[][] {
  return Array.from({ length: batch.length }, (_, row) => csvTextRow(schema.columns, batch, row));
}

function csvTextRow(columns: readonly Column[], batch: Batch, row: number): string[] {
  return columns.map((column) => fieldText(column, batch.arrays[column.name]![row]!));
}

function fieldText(column: Column, value: number): string {
  if (isNull(column, value)) return '';
  switch (column.kind) {
    case 'int53':
    case 'int':
    case 'bool':
      return String(value);
    case 'fixed':
    case 'fixed53':
      return (value / 10 ** (column.decimals ?? 0)).toFixed(column.decimals);
    case 'enum':
      return column.values![value]!;
    case 'tag':
      return column.prefix! + String(value).padStart(column.digits!, '0');
    case 'timestamp':
      return new Date(value).toISOString();
    case 'date':
      return new Date(value * 86_400_000).toISOString().slice(0, 10);
  }
}
