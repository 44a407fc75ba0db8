/**
 * A table that several loads fill concurrently, each with its own records. It is created empty, without key or index;
 * the last load to finish creates those.
 */

import type { Client } from '../../../pg/client.js';
import { qualified, quote, type TableRef, truthTable, vehicleTable } from '../../../pg/identifiers.js';
import type { Load } from '../../load-target.js';
import {
  commentStatements,
  createIndex,
  createTable,
  type TableDefinition,
  tableSql,
  telemetryDefinition,
  truthDefinition,
  vehicleDefinition,
} from '../ddl.js';
import { findTable } from '../existing-table.js';
import { tryLockTable, unlockTable } from '../ledger/advisory-lock.js';

/** Creates the tables in the caller's transaction unless they exist. Returns whether it created them. */
export async function createJointTables(
  client: Client,
  ref: TableRef,
  load: Load,
  unlogged: boolean,
): Promise<boolean> {
  if ((await findTable(client, ref)) !== null) return false;
  const { telemetry, truth, vehicle } = load.dataset;
  await createBare(client, ref, telemetryDefinition(telemetry), unlogged);
  if (load.truth) await createBare(client, truthRef(ref), truthDefinition(truth), unlogged);
  await client.query(tableSql(vehicleDefinition(vehicle), ref.schema, vehicleTable(ref.table)));
  return true;
}

/** Creates the keys and the index that the tables lack, unless another load of the table is still in progress. */
export async function completeJointTables(client: Client, ref: TableRef, load: Load): Promise<void> {
  // Released first, so that of two loads that finish together, the second finds the table unlocked.
  await unlockTable(client, ref, 'shared');
  if (!(await tryLockTable(client, ref))) return;
  const { telemetry, truth } = load.dataset;
  await addMissing(client, ref, telemetryDefinition(telemetry));
  if (load.truth) await addMissing(client, truthRef(ref), truthDefinition(truth));
}

/**
 * Drops the tables if they are empty and no other load of the table is in progress, so that an undone load leaves
 * nothing.
 */
export async function dropJointTables(client: Client, ref: TableRef, load: Load): Promise<void> {
  if (!(await tryLockTable(client, ref))) return;
  const name = qualified(ref);
  if ((await client.query(`SELECT FROM ${name} LIMIT 1`)).rowCount === 0) {
    const companions = [vehicleTable(ref.table), ...(load.truth ? [truthTable(ref.table)] : [])];
    const all = [name, ...companions.map((table) => qualified({ schema: ref.schema, table }))];
    await client.query(`DROP TABLE IF EXISTS ${all.join(', ')}`);
  }
  await unlockTable(client, ref, 'exclusive');
}

async function createBare(client: Client, ref: TableRef, definition: TableDefinition, unlogged: boolean) {
  const create = createTable(ref, definition.columns, { unlogged });
  await client.query([create, ...commentStatements(ref, definition.columns, definition.comment)].join(';\n'));
}

async function addMissing(client: Client, ref: TableRef, definition: TableDefinition): Promise<void> {
  const name = qualified(ref);
  const found = await client.query<{ key: boolean }>(
    'SELECT indisprimary AS key FROM pg_index WHERE indrelid = $1::regclass',
    [name],
  );
  if (!found.rows.some(({ key }) => key)) {
    const key = definition.key.map(quote).join(', ');
    await client.query(`ALTER TABLE ${name} ADD CONSTRAINT ${quote(`${ref.table}_pkey`)} PRIMARY KEY (${key})`);
  }
  const { index } = definition;
  if (index === undefined || found.rows.some(({ key }) => !key)) return;
  await client.query(createIndex(ref, `${ref.table}_${index.join('_')}_idx`, index));
}

function truthRef(ref: TableRef): TableRef {
  return { schema: ref.schema, table: truthTable(ref.table) };
}
