/** A load directly into the existing table, shard by shard, possibly concurrent with others. */
import { requestError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { privilegesToAppend, requirePrivileges } from '../../../pg/grants.js';
import { qualified, type TableRef, truthTable, vehicleTable } from '../../../pg/identifiers.js';
import { onlyRow } from '../../../pg/only-row.js';
import type { Load } from '../../load-target.js';
import { findExistingTables } from '../choose-load.js';
import { columnDifference, type ExistingTable, leftOutColumn } from '../existing-table.js';
import { findRunSession, lockForTransaction } from '../ledger/advisory-lock.js';
import { earlierRuns, overlaps } from '../ledger/earlier-runs.js';
import { checkComplete, createLedger, endRun, ledgerExists, recordRun, supersedeRuns } from '../ledger/ledger.js';
import type { LoadContext, PreparedLoad } from '../load-context.js';
import { addVehicles, createVehicleTable, findConflictingVehicle } from '../load-vehicles.js';
import { completeJointTables, createJointTables } from './joint-table.js';

/**
 * Joint loads share a table without keys, which is created here if missing. Throws a requestError if the columns differ
 * or the table has a record_id of the load.
 */
export async function prepareAppend(asked: LoadContext, mode: 'append' | 'joint'): Promise<PreparedLoad> {
  const { ref, load, main, unlogged, resumed } = asked;
  if (main !== null) checkTables(asked);
  await checkPrivileges(asked);
  if (main !== null && unlogged) {
    throw requestError(
      'PG_TABLE_STANDS',
      `${qualified(ref)} already exists, and appending does not make it unlogged: leave out --unlogged`,
    );
  }
  const context = resumed ? asked : await enter(asked, mode);
  return {
    table: ref.table,
    truthTable: truthTable(ref.table),
    finish: async (session) => {
      const bytes = await finishAppend(context, session);
      if (mode === 'joint') await completeJointTables(session, ref, load);
      return { bytes };
    },
  };
}

async function checkPrivileges({ client, ref, load, where, main, vehicle }: LoadContext): Promise<void> {
  const { schema, table } = ref;
  const tables = [table, vehicleTable(table), ...(load.truth ? [truthTable(table)] : [])];
  const creates = main === null || vehicle === null || !(await ledgerExists(client, schema));
  await requirePrivileges(client, privilegesToAppend(schema, tables, creates), where);
}

/** Enters the run in the ledger and creates missing tables. */
async function enter(asked: LoadContext, mode: 'append' | 'joint'): Promise<LoadContext> {
  const { client, ref, load, main, suffix, unlogged } = asked;
  if (!(await ledgerExists(client, ref.schema))) {
    if (main !== null) await checkNewRecords(client, ref, load);
    await createLedger(client, ref.schema);
  }
  // One transaction, so that a refused load leaves no objects.
  await client.query('BEGIN');
  await lockForTransaction(client, `runs of ${qualified(ref)}`);
  const made = main === null && (await createJointTables(client, ref, load, unlogged));
  const context = { ...asked, ...(await findExistingTables(client, ref, load)) };
  checkTables(context);
  // In this order, so that the rows of a run that has just ended are visible.
  await checkOtherRuns(client, ref, load, made);
  await checkNewRecords(client, ref, load);
  if (context.vehicle !== null) await checkVehicles(client, ref, load);
  // Any earlier table of this name has been dropped.
  if (made) await supersedeRuns(client, ref.schema, ref.table, load.runId);
  await recordRun(client, ref.schema, ref.table, load, mode, suffix, asked);
  await client.query('COMMIT');
  return context;
}

function checkTables(context: LoadContext): void {
  const { ref, main, vehicle } = context;
  const { dataset } = context.load;
  const vehicleRef = vehicleRefOf(ref);
  checkShape(ref, main!, columnDifference(main!, dataset.telemetry, 'optional') ?? leftOutColumn(main!, dataset));
  if (vehicle !== null) checkShape(vehicleRef, vehicle, columnDifference(vehicle, dataset.vehicle, 'optional'));
  checkTruth(context);
}

/**
 * The rows of a load that is in progress, or was killed, need not be in the table yet. Those of a killed load can't be
 * in a table that was just created.
 */
async function checkOtherRuns(client: Client, ref: TableRef, load: Load, made: boolean): Promise<void> {
  for (const run of await earlierRuns(client, ref.schema, ref.table)) {
    if (run.state !== 'running' || run.mode === 'build' || !overlaps(run, load)) continue;
    const worker = await findRunSession(client, run.runId);
    const range = `records ${run.from}:${run.to}`;
    if (worker !== null) {
      throw requestError(
        'PG_RANGE_TAKEN',
        `${range} are being loaded by another process (${worker}): give another --range`,
      );
    }
    if (made) continue;
    throw requestError(
      'PG_RANGE_TAKEN',
      `an interrupted load of ${range} is in ${qualified(ref)} (${run.who}): finish it with --if-exists resume`,
    );
  }
}

function checkShape(ref: TableRef, table: ExistingTable, difference: string | null): void {
  const name = qualified(ref);
  if (!table.plain && table.kind !== 'partitioned table') {
    throw requestError('PG_NOT_A_TABLE', `${name} is a ${table.kind}, which can't hold rows: name another --table`);
  }
  if (difference === null) return;
  throw requestError(
    'PG_COLUMNS_DIFFER',
    `${name} has different columns from the load (${difference}): use --if-exists replace, or name another --table`,
  );
}

/** An existing table of ground truth has to hold that of every row. */
function checkTruth({ ref, load, truth }: LoadContext): void {
  const truthRef = { schema: ref.schema, table: truthTable(ref.table) };
  if (load.truth && truth === null) {
    throw requestError(
      'PG_NO_TRUTH',
      `the rows of ${qualified(ref)} have no ground truth table: leave out --truth, or use --if-exists replace`,
    );
  }
  if (!load.truth && truth !== null) {
    throw requestError('PG_TRUTH_STANDS', `${qualified(truthRef)} holds the ground truth of every row: add --truth`);
  }
  if (truth !== null) checkShape(truthRef, truth, columnDifference(truth, load.dataset.truth, 'optional'));
}

async function checkNewRecords(client: Client, ref: TableRef, load: Load): Promise<void> {
  const first = load.dataset.firstRecordId + load.from;
  const end = load.dataset.firstRecordId + load.to;
  const name = qualified(ref);
  const overlap = await client.query(`SELECT FROM ${name} WHERE record_id >= $1 AND record_id < $2 LIMIT 1`, [
    first,
    end,
  ]);
  if (overlap.rowCount === 0) return;
  const last = await client.query<{ last: string }>(`SELECT max(record_id) AS last FROM ${name}`);
  const next = BigInt(onlyRow(last).last) + 1n;
  throw requestError(
    'PG_RECORDS_EXIST',
    `${name} already holds records with a record_id from ${first} to ${end - 1}: add --first-record-id ${next} to append after the last one`,
  );
}

/** The table of vehicles has to describe those of all rows. */
async function checkVehicles(client: Client, ref: TableRef, { dataset }: Load): Promise<void> {
  const other = await findConflictingVehicle(client, dataset, vehicleRefOf(ref));
  if (other === null) return;
  throw requestError(
    'PG_VEHICLES_DIFFER',
    `${qualified(vehicleRefOf(ref))} has another ${other} than the load, as its records are of another seed or scenario: repeat the options of those, or name another --table`,
  );
}

function vehicleRefOf({ schema, table }: TableRef): TableRef {
  return { schema, table: vehicleTable(table) };
}

/** The vehicles and the end of the run in one transaction; its commit also makes the shards' commits durable. */
async function finishAppend(context: LoadContext, client: Client): Promise<number> {
  const { ref, load, vehicle } = context;
  const vehicleRef = vehicleRefOf(ref);
  await checkComplete(client, ref.schema, load);
  await client.query('BEGIN');
  const bytes =
    vehicle === null
      ? await createVehicleTable(client, load.dataset, vehicleRef)
      : await addVehicles(client, load.dataset, vehicleRef);
  await endRun(client, ref.schema, load.runId, 'done');
  await client.query('COMMIT');
  await client.query(`ANALYZE ${qualified(ref)}`);
  if (load.truth) await client.query(`ANALYZE ${qualified({ schema: ref.schema, table: truthTable(ref.table) })}`);
  return bytes;
}
