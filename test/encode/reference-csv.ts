/** A simple, slow implementation of the CSV dialect, as a reference for the generated writer. */
import { type Batch, isNull } from '#src/columns/batch.js';
import type { Column, TableSchema } from '#src/columns/column.js';

/** What a CSV reader should find in a field: the text, unquoted; '' for null. */
export function fieldText(column: Column, stored: number): string {
  if (isNull(column, stored)) return '';
  switch (column.kind) {
    case 'int53':
    case 'int':
    case 'bool':
      return String(BigInt(stored));
    case 'fixed':
    case 'fixed53':
      return fixedText(stored, column.decimals ?? 0);
    case 'enum':
      return column.values![stored]!;
    case 'tag':
      return column.prefix + String(stored).padStart(column.digits!, '0');
    case 'date':
      return new Date(stored * 86_400_000).toISOString().slice(0, 10);
    case 'timestamp':
      return new Date(stored).toISOString();
  }
}

export function referenceCsv(schema: TableSchema, batch: Batch): string {
  let text = '';
  for (let row = 0; row < batch.length; row++) {
    const fields = schema.columns.map((column) => {
      const stored = batch.arrays[column.name]![row]!;
      const field = fieldText(column, stored);
      const special = /[",\n\r]/.test(field) || field !== field.trim() || field === '' || field === '\\.';
      const quoted = special && !isNull(column, stored);
      return quoted ? `"${field.split('"').join('""')}"` : field;
    });
    text += `${fields.join(',')}\n`;
  }
  return text;
}

function fixedText(stored: number, decimals: number): string {
  const digits = String(Math.abs(stored)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = stored < 0 ? '-' : '';
  return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-decimals)}`;
}
