/** The data dictionary, as Markdown, from the column catalogue. */
import type { Column, TableSchema } from '../column.js';
import { rangeText } from './column-text.js';

export interface DescribedTable {
  readonly name: string;
  readonly comment: string;
  readonly key: readonly string[];
  readonly columns: TableSchema;
}

/** One section a table; ends with a line feed. */
export function dataDictionary(tables: readonly DescribedTable[]): string {
  return `# Data dictionary\n${tables.map(section).join('')}`;
}

function section(table: DescribedTable): string {
  const rows = table.columns.columns.map(
    (column) =>
      `| ${cell(column.name)} | ${column.sqlType} | ${cell(column.unit)} | ${column.nullable ? 'yes' : 'no'} | ${meaning(column)} |`,
  );
  return `
## ${table.name}

${table.comment} Primary key: ${table.key.join(', ')}.

| column | type | unit | null | meaning |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function meaning(column: Column): string {
  const parts = [column.description];
  if (column.values !== undefined) parts.push(`One of: ${column.values.join(', ')}.`);
  if (column.prefix !== undefined) parts.push(`As ${column.prefix}${'0'.repeat((column.digits ?? 1) - 1)}1.`);
  if (column.decimals !== undefined) parts.push(`${column.decimals} decimal${column.decimals === 1 ? '' : 's'}.`);
  const range = rangeText(column);
  if (range !== '') parts.push(range);
  return cell(parts.join(' '));
}

/** A bar would end the cell, a line break the row. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
