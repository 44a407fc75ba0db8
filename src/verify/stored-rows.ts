/**
 * The records of a table or file in the order of their ids, with their ground truth where it exists, as read by the
 * checks.
 */

import { join } from 'node:path';
import { requestError, runError } from '../base/errors.js';
import type { Batch } from '../columns/batch.js';
import type { Arrays, TableSchema } from '../columns/column.js';
import type { TelemetryColumns } from '../columns/telemetry.js';
import type { TruthColumns } from '../columns/truth.js';
import { readBatches } from '../formats/formats.js';
import { type Client, connectClient, destroyClient } from '../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../pg/connection/connection.js';
import { privilegesToRead, requirePrivileges } from '../pg/grants.js';
import { qualified, type TableRef, truthTable } from '../pg/identifiers.js';
import { serverError } from '../pg/server-error.js';
import type { Dataset } from '../plan/dataset.js';
import { TableCursor } from '../read/table-cursor.js';
import { standingSibling } from '../sinks/files/file.js';
import type { Manifest } from '../sinks/folder/manifest.js';

/** Records, and as many rows of truth. The batches are used again. */
export interface StoredRows {
  readonly records: Batch<TelemetryColumns>;
  readonly truth: Batch<TruthColumns> | undefined;
}

const FETCH_ROWS = 4096;

/** Of a database. Throws FleetgenError. */
export async function* tableRows(
  dataset: Dataset,
  connection: ConnectionOptions,
  ref: TableRef,
): AsyncGenerator<StoredRows> {
  const client = await connectClient(connection);
  const truthRef = { schema: ref.schema, table: truthTable(ref.table) };
  try {
    const tables = [ref.table, truthRef.table];
    await requirePrivileges(client, privilegesToRead(ref.schema, tables), displayUrl(connection));
    // One snapshot for both tables, also when they are replaced meanwhile.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (!(await exists(client, ref))) {
      throw requestError(
        'PG_TABLE',
        `there is no table ${qualified(ref)} at ${displayUrl(connection)}: correct --table or --schema, or load it with fleetgen generate`,
      );
    }
    const records = await openCursor(client, 'records', dataset.telemetry, ref);
    const truth = (await exists(client, truthRef))
      ? await openCursor(client, 'truth', dataset.truth, truthRef)
      : undefined;
    while ((await records.fetch()) > 0) {
      await truth?.fetch();
      yield paired({ records: records.batch, truth: truth?.batch }, qualified(truthRef));
    }
    await client.query('COMMIT');
    await client.end();
  } catch (error) {
    throw serverError(error, displayUrl(connection));
  } finally {
    destroyClient(client);
  }
}

/** Of a file; the ground truth is beside it as FILE_truth. Throws FleetgenError. */
export async function* fileRows(dataset: Dataset, path: string): AsyncGenerator<StoredRows> {
  yield* rowsOf(dataset, path, await standingSibling(path, 'truth'));
}

/** Of a folder, one part after another. Throws FleetgenError. */
export async function* folderRows(dataset: Dataset, folder: string, { files }: Manifest): AsyncGenerator<StoredRows> {
  const truths = new Map(files.filter(({ table }) => table === 'truth').map((part) => [part.range?.[0], part]));
  for (const part of files.filter(({ table }) => table === 'telemetry')) {
    const truth = truths.get(part.range?.[0]);
    yield* rowsOf(dataset, join(folder, part.path), truth && join(folder, truth.path));
  }
}

async function* rowsOf(dataset: Dataset, path: string, truthPath: string | undefined): AsyncGenerator<StoredRows> {
  const truths = truthPath === undefined ? undefined : readBatches(dataset.truth, truthPath);
  try {
    for await (const records of readBatches(dataset.telemetry, path)) {
      const truth = (await truths?.next())?.value as Batch<TruthColumns> | undefined;
      if (truthPath !== undefined && truth === undefined) throw unpaired(truthPath);
      yield paired({ records, truth }, truthPath ?? '');
    }
  } finally {
    await truths?.return(undefined);
  }
}

function paired(rows: StoredRows, truthName: string): StoredRows {
  const { records, truth } = rows;
  if (truth === undefined) return rows;
  const [a, b] = [records.arrays.record_id, truth.arrays.record_id];
  for (let row = 0; row < records.length; row++) {
    if (row >= truth.length || a[row] !== b[row]) throw unpaired(truthName);
  }
  return rows;
}

function unpaired(name: string) {
  return runError(
    'TRUTH_DIFFERS',
    `${name} doesn't have the ground truth of each record: load both again with --truth`,
  );
}

async function exists(client: Client, ref: TableRef): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    qualified(ref),
  ]);
  return rows.some(({ found }) => found);
}

function openCursor<Known extends Arrays>(
  client: Client,
  name: string,
  schema: TableSchema<Known>,
  ref: TableRef,
): Promise<TableCursor<Known>> {
  const fix = 'give the --scenario and --set that it was generated with';
  return TableCursor.open(client, { name, schema, ref, orderBy: 'record_id', fetchRows: FETCH_ROWS, fix });
}
