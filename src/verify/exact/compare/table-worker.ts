/** One thread of a comparison with a table: takes ranges and reads each over its own connection. */
import { workerData } from 'node:worker_threads';
import { type ErrorData, toErrorData } from '../../../base/errors.js';
import type { TableSchema } from '../../../columns/column.js';
import { compilePgBinaryWriter } from '../../../encode/pgbinary.js';
import type { RowWriter } from '../../../encode/row-writer.js';
import { type Client, connectClient, destroyClient } from '../../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../../pg/connection/connection.js';
import { literal, type TableRef, truthTable } from '../../../pg/identifiers.js';
import { serverError } from '../../../pg/server-error.js';
import type { Dataset } from '../../../plan/dataset.js';
import { createSimulator, type Simulator } from '../../../simulate/record-source.js';
import { emptyFindings, type Findings } from '../findings.js';
import { RECORD_KEY } from '../rows/row-key.js';
import { simulatedRows } from '../rows/simulated-rows.js';
import { equalDigests } from './compare-digests.js';
import { BATCH_ROWS, compareTable } from './compare-table.js';

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
  readonly of: 'records' | 'truths';
  readonly from: number;
  readonly to: number;
}

export type RangeAnswer = { readonly findings: Findings } | { readonly error: ErrorData };

const { datasets, connection, ref, snapshot } = workerData as TableWorkerSetup;
const simulators = new Map<Dataset, Simulator>();
const writers = new Map<TableSchema, RowWriter>();

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

async function compare(client: Client, { dataset: index, of, from, to }: RangeTask): Promise<Findings> {
  const dataset = datasets[index]!;
  const simulator = kept(simulators, dataset, () => createSimulator(dataset));
  const first = dataset.firstRecordId;
  const where = `WHERE record_id >= ${first + from} AND record_id < ${first + to}`;
  const main = { ref, schema: dataset.telemetry, key: RECORD_KEY, where };
  const table =
    of === 'records' ? main : { ...main, ref: { ...ref, table: truthTable(ref.table) }, schema: dataset.truth };
  const writer = kept(writers, table.schema, () => compilePgBinaryWriter(table.schema));
  const expected = () => simulatedRows(dataset, from, to, BATCH_ROWS, of, simulator);
  if (await equalDigests(client, table, expected(), writer)) return { ...emptyFindings(), compared: to - from };
  return compareTable(client, table, expected());
}

function kept<K, V>(values: Map<K, V>, key: K, make: () => V): V {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}
