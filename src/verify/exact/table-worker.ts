/** One thread of a comparison with a table: takes ranges, and reads each over a connection of its own. */
import { workerData } from 'node:worker_threads';
import { to as copyTo } from 'pg-copy-streams';
import { type ErrorData, toErrorData } from '../../errors.js';
import type { Dataset } from '../../plan/dataset.js';
import { createSimulator, type Simulator } from '../../simulate/record-source.js';
import { type Client, connectClient, destroyClient } from '../../sinks/postgres/client.js';
import { type ConnectionOptions, displayUrl } from '../../sinks/postgres/connection.js';
import { literal, qualified, quote, type TableRef } from '../../sinks/postgres/identifiers.js';
import { serverError } from '../../sinks/postgres/server-error.js';
import { BinaryRows, isForeign } from './binary-rows.js';
import { compareRows } from './compare.js';
import { type Finding, type Findings, noFindings } from './findings.js';
import { simulatedRows } from './simulated-rows.js';
import { valueTexts } from './value-text.js';

export interface TableWorkerSetup {
  readonly datasets: readonly Dataset[];
  readonly connection: ConnectionOptions;
  readonly ref: TableRef;
  /** All threads read the same state of the table. */
  readonly snapshot: string;
}

export interface RangeTask {
  /** Index into the datasets. */
  readonly dataset: number;
  readonly from: number;
  readonly to: number;
}

export type RangeAnswer = { readonly findings: Findings } | { readonly error: ErrorData };

const BATCH_ROWS = 1024;

const { datasets, connection, ref, snapshot } = workerData as TableWorkerSetup;
const simulators = new Map<number, Simulator>();

/** Called by the pool, once per range. Failures come back as data. */
export default async function compareRange(task: RangeTask): Promise<RangeAnswer> {
  try {
    const client = await connectClient(connection);
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET TRANSACTION SNAPSHOT ${literal(snapshot)}`);
      return { findings: await compare(client, task) };
    } finally {
      await client.end().catch(() => destroyClient(client));
    }
  } catch (error) {
    return { error: toErrorData(serverError(error, displayUrl(connection))) };
  }
}

async function compare(client: Client, { dataset: index, from, to }: RangeTask): Promise<Findings> {
  const dataset = datasets[index]!;
  const schema = dataset.telemetry;
  const simulator = simulators.get(index) ?? createSimulator(dataset);
  simulators.set(index, simulator);
  const columns = schema.columns.map((column) => quote(column.name)).join(', ');
  const first = dataset.firstRecordId;
  const copy = client.query(
    copyTo(
      `COPY (SELECT ${columns} FROM ${qualified(ref)} WHERE record_id >= ${first + from} AND record_id < ${first + to}
             ORDER BY record_id) TO STDOUT (FORMAT binary)`,
    ),
  );
  const found = new BinaryRows(schema, BATCH_ROWS, copy);
  const expected = simulatedRows(dataset, from, to, BATCH_ROWS, simulator);
  const findings = noFindings();
  const textOf = valueTexts(schema);
  const text = (side: 'expected' | 'found', column: string, row: number): string => {
    const { batch } = side === 'expected' ? expected : found;
    return isForeign(batch.arrays[column]!, row) ? FOREIGN_TEXT : textOf(batch, column, row);
  };
  await compareRows(schema, expected, found, text, findings);
  await nameForeign(client, findings);
  return findings;
}

/** Stands for what has no text in the CSV until the server is asked, when the copy is through. */
const FOREIGN_TEXT = '\0';

async function nameForeign(client: Client, findings: Findings): Promise<void> {
  for (const [i, finding] of findings.list.entries()) {
    if (finding.kind !== 'changed' || !finding.values.some(({ found }) => found === FOREIGN_TEXT)) continue;
    findings.list[i] = await named(client, finding);
  }
}

async function named(client: Client, finding: Finding & { kind: 'changed' }): Promise<Finding> {
  const columns = finding.values.map(({ column }) => `${quote(column)}::text`).join(', ');
  const result = await client.query<(string | null)[]>({
    text: `SELECT ${columns} FROM ${qualified(ref)} WHERE record_id = $1 LIMIT 1`,
    values: [finding.recordId],
    rowMode: 'array',
  });
  const texts = result.rows[0] ?? [];
  const values = finding.values.map((value, i) =>
    value.found === FOREIGN_TEXT ? { ...value, found: texts[i] ?? '' } : value,
  );
  return { ...finding, values };
}
