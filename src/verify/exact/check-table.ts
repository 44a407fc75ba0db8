/**
 * Compares every record of a table with the simulation, in threads that share one snapshot. Digests show that most
 * ranges are equal; the others are read and compared value by value.
 */
import { FleetgenError, fromErrorData, requestError } from '../../base/errors.js';
import { type Client, connectClient, destroyClient } from '../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../pg/connection/connection.js';
import { privilegesToRead, requirePrivileges } from '../../pg/grants.js';
import { qualified, type TableRef, truthTable, vehicleTable } from '../../pg/identifiers.js';
import { serverError } from '../../pg/server-error.js';
import type { Dataset } from '../../plan/dataset.js';
import { shardsOf } from '../../plan/shards.js';
import { checkConnections } from '../../sinks/postgres/check-server.js';
import { columnDifference, findTable } from '../../sinks/postgres/existing-table.js';
import { startPool } from '../../threads/thread-pool.js';
import { BATCH_ROWS, compareTable } from './compare/compare-table.js';
import type { RangeAnswer, RangeTask, TableWorkerSetup } from './compare/table-worker.js';
import { type AllFindings, addFinding, addFindings, emptyFindings, type Findings, MAX_LISTED } from './findings.js';
import { vehicleKey } from './rows/row-key.js';
import { simulatedVehicles } from './rows/simulated-rows.js';

/** Records that should be there: a range of a dataset. */
export interface ExpectedPart {
  readonly dataset: Dataset;
  readonly from: number;
  readonly to: number;
  /** The vehicle table, and possibly the truth table, belongs to it according to the ledger or the user. */
  readonly companions?: { readonly truth: boolean };
}

export interface TableCheck {
  readonly connection: ConnectionOptions;
  readonly ref: TableRef;
  /** Every record of the table is in one of these, and they don't overlap. */
  readonly parts: readonly ExpectedPart[];
  /** 0 to 1: the share of the shards whose records are compared. Records outside all parts are always found. */
  readonly sample: number;
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Called with the records compared so far. */
  readonly onProgress?: (compared: number) => void;
}

/** Also compares the companions that exist. Throws FleetgenError if a table can't be read or has other columns. */
export async function checkTable(check: TableCheck): Promise<AllFindings> {
  const { connection, ref, parts, signal } = check;
  const client = await connectClient(connection);
  try {
    const tables = [ref.table, vehicleTable(ref.table), truthTable(ref.table)];
    await checkConnections(client, displayUrl(connection));
    await requirePrivileges(client, privilegesToRead(ref.schema, tables), displayUrl(connection));
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await checkShape(client, ref, parts, connection, 'telemetry');
    const vehicleRef = { schema: ref.schema, table: vehicleTable(ref.table) };
    const truthRef = { schema: ref.schema, table: truthTable(ref.table) };
    const wanted = parts.flatMap(({ companions }) => companions ?? []);
    const hasVehicles = wanted.length > 0 || (await findTable(client, vehicleRef)) !== null;
    const hasTruth = wanted.some(({ truth }) => truth) || (await findTable(client, truthRef)) !== null;
    if (hasVehicles) await checkShape(client, vehicleRef, parts, connection, 'vehicle');
    if (hasTruth) await checkShape(client, truthRef, parts, connection, 'truth');
    const exported = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const { snapshot } = exported.rows[0]!;
    const findings: AllFindings = emptyFindings();
    await countOutside(client, ref, parts, findings);
    await compareAll(check, 'records', snapshot, findings);
    if (hasVehicles) findings.vehicle = await compareVehicles(client, vehicleRef, parts);
    if (hasTruth) {
      findings.truth = emptyFindings();
      await countOutside(client, truthRef, parts, findings.truth);
      await compareAll(check, 'truths', snapshot, findings.truth);
    }
    return findings;
  } catch (error) {
    throw signal?.aborted ? signal.reason : serverError(error, displayUrl(connection));
  } finally {
    destroyClient(client);
  }
}

/** All loads of a table describe the same vehicles; the largest fleet has all of them. */
async function compareVehicles(client: Client, ref: TableRef, parts: readonly ExpectedPart[]): Promise<Findings> {
  const [dataset] = parts.map((part) => part.dataset).sort((a, b) => b.vehicles - a.vehicles);
  if (dataset === undefined) return emptyFindings();
  const table = { ref, schema: dataset.vehicle, key: vehicleKey(dataset.vehicle), where: '' };
  return compareTable(client, table, simulatedVehicles(dataset, BATCH_ROWS));
}

async function compareAll(check: TableCheck, of: RangeTask['of'], snapshot: string, findings: Findings): Promise<void> {
  const { connection, ref, parts, sample, workers, signal, onProgress } = check;
  const tasks = parts.flatMap(({ dataset, from, to }, index) =>
    sampled(shardsOf(dataset, from, to), sample).map(
      (shard): RangeTask => ({ dataset: index, of, from: shard.from, to: shard.to }),
    ),
  );
  const setup: TableWorkerSetup = { datasets: parts.map((part) => part.dataset), connection, ref, snapshot };
  const threads = Math.max(1, Math.min(workers, tasks.length));
  const pool = startPool<RangeTask, RangeAnswer>(threads, new URL('./compare/table-worker.js', import.meta.url), setup);
  const results: Findings[] = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      signal?.throwIfAborted();
      const position = next++;
      const answer = await pool.run(tasks[position]!, signal === undefined ? {} : { signal });
      if ('error' in answer) throw fromErrorData(answer.error);
      results[position] = answer.findings;
      onProgress?.(results.reduce((sum, result) => sum + result.compared, 0));
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, worker));
  } catch (error) {
    next = tasks.length;
    if (error instanceof FleetgenError || signal?.aborted) throw error;
    throw new FleetgenError('WORKER_DIED', `a comparing thread ended: ${String(error)}`, 1, error);
  } finally {
    await pool.end();
  }
  for (const result of results) addFindings(findings, result);
}

/** That share of the items, spread evenly. */
export function sampled<T>(items: readonly T[], share: number): T[] {
  const many = share <= 0 ? 0 : Math.max(1, Math.round(items.length * share));
  return items.filter((_, i) => Math.floor(((i + 1) * many) / items.length) > Math.floor((i * many) / items.length));
}

async function checkShape(
  client: Client,
  ref: TableRef,
  parts: readonly ExpectedPart[],
  connection: ConnectionOptions,
  schema: 'telemetry' | 'vehicle' | 'truth',
): Promise<void> {
  const table = await findTable(client, ref);
  if (table === null) {
    throw requestError(
      'PG_NO_TABLE',
      `there is no table ${qualified(ref)} at ${displayUrl(connection)}: correct --table or --schema`,
    );
  }
  for (const { dataset } of parts) {
    const difference = columnDifference(table, dataset[schema], 'optional');
    if (difference === null) continue;
    throw requestError(
      'PG_COLUMNS_DIFFER',
      `${qualified(ref)} has different columns from the dataset (${difference}): give the --scenario and the --columns that it was made with`,
    );
  }
}

async function countOutside(
  client: Client,
  ref: TableRef,
  parts: readonly ExpectedPart[],
  findings: Findings,
): Promise<void> {
  const ranges = parts.map(
    ({ dataset: { firstRecordId }, from, to }) =>
      `(record_id >= ${firstRecordId + from} AND record_id < ${firstRecordId + to})`,
  );
  const outside = `FROM ${qualified(ref)} WHERE (${ranges.join(' OR ') || 'false'}) IS NOT TRUE`;
  const listed = await client.query<{ id: string | null }>(
    `SELECT record_id AS id ${outside} ORDER BY record_id LIMIT ${MAX_LISTED}`,
  );
  for (const { id } of listed.rows) addFinding(findings, { kind: 'extra', recordId: id === null ? null : Number(id) });
  if (listed.rows.length < MAX_LISTED) return;
  const counted = await client.query<{ rows: string }>(`SELECT count(*) AS rows ${outside}`);
  findings.extra = Number(counted.rows[0]!.rows);
}
