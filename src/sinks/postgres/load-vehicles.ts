/** The small table of vehicles, loaded by the coordinator itself: as a new table, or merged into an existing one. */

import { runError } from '../../base/errors.js';
import { createBatch } from '../../columns/batch.js';
import { compileCsvWriter } from '../../encode/csv.js';
import type { Client } from '../../pg/client.js';
import { CopyStream } from '../../pg/copy-stream.js';
import { qualified, quote, type TableRef } from '../../pg/identifiers.js';
import { onlyRow } from '../../pg/only-row.js';
import type { Dataset } from '../../plan/dataset.js';
import { fillVehicles } from '../../simulate/vehicle-rows.js';
import { createTable, tableSql, vehicleDefinition } from './ddl.js';
import { lostRowsError } from './lost-rows.js';

const BATCH_ROWS = 512;
/** Dropped at the end of the transaction. */
const ARRIVALS = { schema: 'pg_temp', table: 'fleetgen_vehicle' };

/** Copies all vehicles of the dataset into an existing table and returns the bytes of CSV sent. */
export async function copyVehicles(client: Client, dataset: Dataset, schema: string, table: string): Promise<number> {
  const columns = dataset.vehicle.columns.map((column) => column.name);
  const writer = compileCsvWriter(dataset.vehicle);
  const batch = createBatch(dataset.vehicle, BATCH_ROWS);
  const copy = new CopyStream(client, schema, { table, columns }, 'csv');
  let buffer = new Uint8Array(BATCH_ROWS * writer.maxRowBytes);
  let sent = 0;
  let bytes = 0;
  for (let count = fillVehicles(dataset, 0, batch); count > 0; count = fillVehicles(dataset, sent, batch)) {
    const length = writer.write(batch, 0, count, buffer, 0);
    buffer = await copy.write(buffer, length);
    sent += count;
    bytes += length;
  }
  const stored = await copy.finish();
  if (stored !== sent) {
    throw await lostRowsError(client, { schema, table }, `the table of vehicles took ${stored} of ${sent} rows`);
  }
  return bytes;
}

/** Creates the table with all vehicles of the dataset, in the caller's transaction. Returns the bytes of CSV sent. */
export async function createVehicleTable(client: Client, dataset: Dataset, ref: TableRef): Promise<number> {
  await client.query(tableSql(vehicleDefinition(dataset.vehicle), ref.schema, ref.table));
  return copyVehicles(client, dataset, ref.schema, ref.table);
}

/**
 * Adds those vehicles of the dataset that the table lacks, in the caller's transaction. Returns the bytes of CSV sent.
 * Throws a runError if one exists with other values, inserted by a concurrent load.
 */
export async function addVehicles(client: Client, dataset: Dataset, ref: TableRef): Promise<number> {
  const columns = dataset.vehicle.columns.map((column) => quote(column.name)).join(', ');
  const bytes = await copyArrivals(client, dataset);
  await client.query(
    `INSERT INTO ${qualified(ref)} (${columns}) SELECT ${columns} FROM ${qualified(ARRIVALS)} n
     WHERE NOT EXISTS (SELECT FROM ${qualified(ref)} v WHERE v.vehicle_id = n.vehicle_id) ON CONFLICT DO NOTHING`,
  );
  const other = await differing(client, dataset, ref);
  if (other === null) {
    const lacking = await client.query<{ rows: string }>(
      `SELECT count(*) AS rows FROM ${qualified(ARRIVALS)} n
       WHERE NOT EXISTS (SELECT FROM ${qualified(ref)} v WHERE v.vehicle_id = n.vehicle_id)`,
    );
    const { rows } = onlyRow(lacking);
    if (rows === '0') return bytes;
    throw await lostRowsError(client, ref, `${qualified(ref)} lacks ${rows} of the vehicles that it was sent`);
  }
  throw runError(
    'PG_VEHICLES_DIFFER',
    `${qualified(ref)} got another ${other} meanwhile from a load of another seed or scenario: name another --table`,
  );
}

/** A vehicle of the dataset that the table has with other values, or null. In the caller's transaction. */
export async function findConflictingVehicle(client: Client, dataset: Dataset, ref: TableRef): Promise<string | null> {
  await copyArrivals(client, dataset);
  const other = await differing(client, dataset, ref);
  await client.query(`DROP TABLE ${qualified(ARRIVALS)}`);
  return other;
}

async function copyArrivals(client: Client, dataset: Dataset): Promise<number> {
  await client.query(createTable(ARRIVALS, dataset.vehicle, { storage: ' ON COMMIT DROP' }));
  return copyVehicles(client, dataset, ARRIVALS.schema, ARRIVALS.table);
}

async function differing(client: Client, dataset: Dataset, ref: TableRef): Promise<string | null> {
  const row = (alias: string) => dataset.vehicle.columns.map((column) => `${alias}.${quote(column.name)}`).join(', ');
  const found = await client.query<{ id: string }>(
    `SELECT n.vehicle_id AS id FROM ${qualified(ARRIVALS)} n JOIN ${qualified(ref)} v USING (vehicle_id)
     WHERE (${row('n')}) IS DISTINCT FROM (${row('v')}) ORDER BY 1 LIMIT 1`,
  );
  return found.rows[0]?.id ?? null;
}
