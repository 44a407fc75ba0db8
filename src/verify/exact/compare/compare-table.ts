/** Compares the rows of one table, read in the binary format, with the expected ones. */
import { to as copyTo } from 'pg-copy-streams';
import type { TableSchema } from '../../../columns/column.js';
import type { Client } from '../../../pg/client.js';
import { qualified, quote, type TableRef } from '../../../pg/identifiers.js';
import { emptyFindings, type Finding, type Findings } from '../findings.js';
import { BinaryRows, isUndecodable } from '../rows/binary-rows.js';
import type { RowKey } from '../rows/row-key.js';
import { valueTexts } from '../rows/value-text.js';
import { compareRows, type Rows } from './compare-rows.js';

export const BATCH_ROWS = 1024;

export interface ComparedTable {
  readonly ref: TableRef;
  readonly schema: TableSchema;
  readonly key: RowKey;
  /** SQL: which rows, WHERE included. */
  readonly where: string;
}

/** Reads in the client's transaction. Throws the server's errors. */
export async function compareTable(client: Client, table: ComparedTable, expected: Rows): Promise<Findings> {
  const { schema, key } = table;
  const found = new BinaryRows(schema, BATCH_ROWS, copyOut(client, table));
  const findings = emptyFindings();
  const textOf = valueTexts(schema);
  const text = (side: 'expected' | 'found', column: string, row: number): string => {
    const { batch } = side === 'expected' ? expected : found;
    return isUndecodable(batch.arrays[column]!, row) ? FOREIGN_TEXT : textOf(batch, column, row);
  };
  await compareRows(schema, key, expected, found, text, findings);
  await nameForeign(client, table, findings);
  return findings;
}

/** The bytes of the binary COPY of the rows, in the order of their key. */
export function copyOut(client: Client, { ref, schema, key, where }: ComparedTable): AsyncIterable<Buffer> {
  const columns = schema.columns.map((column) => quote(column.name)).join(', ');
  return client.query(
    copyTo(`COPY (SELECT ${columns} FROM ${qualified(ref)} ${where} ORDER BY ${key.order}) TO STDOUT (FORMAT binary)`),
  );
}

/** Placeholder for a value without a CSV text, until the server is asked for it after the COPY. */
const FOREIGN_TEXT = '\0';

async function nameForeign(client: Client, table: ComparedTable, findings: Findings): Promise<void> {
  for (const [i, finding] of findings.list.entries()) {
    if (finding.kind !== 'changed' || !finding.values.some(({ found }) => found === FOREIGN_TEXT)) continue;
    findings.list[i] = await named(client, table, finding);
  }
}

async function named(
  client: Client,
  { ref, key }: ComparedTable,
  finding: Finding & { kind: 'changed' },
): Promise<Finding> {
  const columns = finding.values.map(({ column }) => `${quote(column)}::text`).join(', ');
  const result = await client.query<(string | null)[]>({
    text: `SELECT ${columns} FROM ${qualified(ref)} WHERE ${quote(key.column)} = $1 LIMIT 1`,
    values: ['recordId' in finding ? finding.recordId : finding.vehicleId],
    rowMode: 'array',
  });
  const texts = result.rows[0] ?? [];
  const values = finding.values.map((value, i) =>
    value.found === FOREIGN_TEXT ? { ...value, found: texts[i] ?? '' } : value,
  );
  return { ...finding, values };
}
