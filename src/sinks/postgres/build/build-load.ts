/** A load into separate tables, which are renamed when all rows are loaded, checked and indexed. */
import { requestError, runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { requirePrivileges, privilegesToBuild } from '../../../pg/grants.js';
import {
  buildNames,
  loadNames,
  qualified,
  type TableNames,
  truthTable,
  vehicleTable,
} from '../../../pg/identifiers.js';
import type { Load } from '../../load-target.js';
import { createIndex, TELEMETRY_INDEX, telemetryDefinition, truthDefinition, vehicleDefinition } from '../ddl.js';
import { columnDifference, findDependents, type ExistingTable, findTable, isTruth, findTakenNames, leftOutColumn } from '../existing-table.js';
import { dropDeadBuilds, dropReplaced } from '../ledger/build-tables.js';
import { checkComplete, createLedger, endRun, abandonBuilds, recordRun, supersedeRuns } from '../ledger/ledger.js';
import { terminateBackends } from '../ledger/undo.js';
import type { FinishedLoad, LoadContext, PreparedLoad } from '../load-context.js';
import { Gates } from '../swap/gates.js';
import { dropWaitIndex, waitForOlderSnapshots } from '../swap/older-snapshots.js';
import { type SwappedTable, swapTables } from '../swap/swap.js';
import { runDespiteBlockers } from '../swap/blockers.js';
import { copyVehicles } from '../load-vehicles.js';
import { buildKeyIndex, undoFinish, createBuildTable, finishTable } from './build-table.js';
import { copyProperties, copyStorageOptions } from './copy-properties.js';
import { onlyRow } from '../../../pg/only-row.js';

/** Dropping waits for readers of the old table; tables that remain are dropped by the next load. */
const DROP_LOCK_TIMEOUT_MS = 5000;

/** Throws a requestError if replacing an existing table would lose its dependent objects. */
export async function prepareBuild(context: LoadContext): Promise<PreparedLoad> {
  const { client, ref, load, suffix, unlogged } = context;
  const { schema } = ref;
  const { telemetry, vehicle, truth } = load.dataset;
  const names = loadNames(ref.table, suffix);
  const tables = tablesOf(context);
  await checkFree(client, schema, tables);
  for (const table of tables)
    if (table.existing !== null) await checkReplaceable(client, schema, table, table.existing);
  checkCompanions(context);
  await requirePrivileges(client, privilegesToBuild(schema), context.where);

  const built = buildNames(ref.table, suffix);
  if (context.resumed) {
    await checkBuiltColumns(context, names.main.build);
    // Backends of the dead process would keep working for a while.
    await terminateBackends(client, schema, built);
  } else {
    await abandonBuilds(client, schema, ref.table);
    await dropDeadBuilds(client, ref, DROP_LOCK_TIMEOUT_MS);
    await createLedger(client, schema);
    await client.query('BEGIN');
    await createBuildTable(client, schema, names.main, telemetryDefinition(telemetry), unlogged);
    await createBuildTable(client, schema, names.vehicle, vehicleDefinition(vehicle), unlogged);
    if (load.truth) await createBuildTable(client, schema, names.truth, truthDefinition(truth), unlogged);
    for (const { names: built, existing } of tables.filter((table) => table.built)) {
      if (existing !== null) await copyStorageOptions(client, existing, { schema, table: built.build });
    }
    await recordRun(client, schema, ref.table, load, 'build', suffix, context, context.main?.oid ?? null);
    await client.query('COMMIT');
  }
  return {
    table: names.main.build,
    truthTable: names.truth.build,
    finish: (session) => finishBuild(context, tables, session),
  };
}

/** The rows that an interrupted run has committed have its columns. */
async function checkBuiltColumns({ client, ref, load }: LoadContext, table: string): Promise<void> {
  const built = await findTable(client, { schema: ref.schema, table });
  if (built === null) return;
  const { dataset } = load;
  const difference = columnDifference(built, dataset.telemetry, 'none') ?? leftOutColumn(built, dataset);
  if (difference === null) return;
  throw requestError(
    'PG_RUN_DIFFERS',
    `the interrupted load of ${qualified(ref)} has other columns (${difference}): give the same --columns, or --if-exists replace`,
  );
}

type BuiltTable = SwappedTable & { readonly existing: ExistingTable | null };

/** The tables to swap. A load without ground truth drops that of the table it replaces. */
function tablesOf({ ref, load, suffix, main, vehicle, truth }: LoadContext): BuiltTable[] {
  const names = loadNames(ref.table, suffix);
  const table = (part: TableNames, existing: ExistingTable | null, indexes = [part.primaryKey], built = true) => {
    return { names: part, indexes, existing, replaces: existing?.oid ?? null, built };
  };
  const tables = [
    table(names.main, main, [names.main.primaryKey, names.main.vehicleTimeIndex]),
    table(names.vehicle, vehicle),
  ];
  if (load.truth || truth !== null) tables.push(table(names.truth, truth, undefined, load.truth));
  return tables;
}

async function finishBuild(context: LoadContext, tables: readonly BuiltTable[], client: Client): Promise<FinishedLoad> {
  const { sessions, ref, load, suffix, swapTimeoutMs } = context;
  const { schema } = ref;
  const { dataset } = load;
  const names = loadNames(ref.table, suffix);
  const second = await sessions.connect();
  const terms = { deadline: Date.now() + swapTimeoutMs, terminate: context.terminateBlockers, ended: 0 };
  // Only a dump of the whole database reads tables being built.
  const dumping = (who: string) => `tables that the load is building are being read (${who}): let that end, or end it`;
  await checkComplete(client, schema, load);
  await checkStillThere(client, schema, names.main.build, load);
  await runDespiteBlockers(client, second, terms, dumping, () =>
    undoFinish(client, schema, buildNames(ref.table, suffix), [names.vehicle.build]),
  );

  const [, bytes] = await Promise.all([
    withMemory(client, async () => {
      await buildKeyIndex(client, schema, names.main, telemetryDefinition(dataset.telemetry));
      if (load.truth) await buildKeyIndex(client, schema, names.truth, truthDefinition(dataset.truth));
    }),
    withMemory(second, async () => {
      const vehicleBytes = await copyVehicles(second, dataset, schema, names.vehicle.build);
      await buildKeyIndex(second, schema, names.vehicle, vehicleDefinition(dataset.vehicle));
      const build = { schema, table: names.main.build };
      await second.query(createIndex(build, names.main.vehicleTimeIndex.build, TELEMETRY_INDEX));
      return vehicleBytes;
    }),
  ]);
  terms.deadline = Date.now() + swapTimeoutMs;
  await runDespiteBlockers(client, second, terms, dumping, async () => {
    for (const { names: built, existing } of tables.filter((table) => table.built)) {
      await finishTable(client, schema, built);
      if (existing !== null) await copyProperties(client, existing, { schema, table: built.build });
    }
  });
  const vehicles = { schema, table: names.vehicle.build };
  if (context.main !== null) await waitForOlderSnapshots(client, second, vehicles, 'vehicle_id', terms);
  const gates = new Gates([second], () => sessions.connect());
  const swap = await swapTables({ client, watcher: second, gates }, schema, tables, terms, async () => {
    await dropWaitIndex(client, vehicles);
    await endRun(client, schema, load.runId, 'done');
    await supersedeRuns(client, schema, ref.table, load.runId, context.keepPrevious !== 0);
  });
  await dropDeadBuilds(client, ref, DROP_LOCK_TIMEOUT_MS);
  if (context.keepPrevious !== null) await dropReplaced(client, ref, context.keepPrevious, DROP_LOCK_TIMEOUT_MS);
  return context.main === null ? { bytes } : { bytes, swap };
}

/** A crash of the server empties an unlogged table, but not the ledger; a resumed build may be of an unlogged run. */
async function checkStillThere(client: Client, schema: string, table: string, load: Load): Promise<void> {
  const persistence = `SELECT relpersistence AS kept FROM pg_class WHERE oid = $1::regclass`;
  const { rows: tables } = await client.query<{ kept: string }>(persistence, [qualified({ schema, table })]);
  if (tables[0]!.kept !== 'u') return;
  const found = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${qualified({ schema, table })}`);
  const rows = Number(onlyRow(found).rows);
  const wanted = load.to - load.from;
  if (rows === wanted) return;
  throw runError(
    'PG_ROWS_LOST',
    `the unlogged table holds ${rows} of ${wanted} rows, because a server crash emptied it: run again`,
  );
}

/** The default of 64 MB for index builds spills to disk; a session may set more. */
async function withMemory<T>(client: Client, action: () => Promise<T>): Promise<T> {
  await client.query(`SELECT set_config('maintenance_work_mem', '256MB', false)
    WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB')`);
  return action();
}

async function checkFree(client: Client, schema: string, tables: readonly SwappedTable[]): Promise<void> {
  const wanted = tables.flatMap(({ names, indexes }) => [names.final, ...indexes.map((index) => index.final)]);
  const replaced = tables.flatMap((table) => table.replaces ?? []);
  const [taken] = await findTakenNames(client, schema, wanted, replaced);
  if (taken === undefined) return;
  const name = qualified({ schema, table: taken });
  throw requestError(
    'PG_NAME_TAKEN',
    `the load needs the name ${name}, which is taken: rename that object, or name another --table`,
  );
}

/** The user named the main table only; the other names may belong to unrelated tables. */
function checkCompanions({ ref, load, vehicle, truth }: LoadContext): void {
  const { schema } = ref;
  const check = (table: string, difference: string | null) => {
    if (difference === null) return;
    throw requestError(
      'PG_NOT_OURS',
      `${qualified({ schema, table })} was not made by a load, which would replace it (${difference}): rename it, or name another --table`,
    );
  };
  if (vehicle !== null) check(vehicleTable(ref.table), columnDifference(vehicle, load.dataset.vehicle, 'none'));
  // Ground truth with other events counts, too.
  if (truth !== null && !isTruth(truth))
    check(truthTable(ref.table), columnDifference(truth, load.dataset.truth, 'none'));
}

async function checkReplaceable(
  client: Client,
  schema: string,
  table: SwappedTable,
  existing: ExistingTable,
): Promise<void> {
  const name = qualified({ schema, table: table.names.final });
  if (!existing.plain) {
    throw requestError(
      'PG_NOT_A_TABLE',
      `${name} is a ${existing.kind}, which can't be replaced: name another --table`,
    );
  }
  if (!existing.owned) {
    throw runError('PG_PERMISSION', `${name} belongs to ${existing.owner}: connect as that role, or as a member of it`);
  }
  const hanging = await findDependents(
    client,
    existing.oid,
    table.indexes.map((index) => index.final),
  );
  if (existing.rowSecurity) hanging.push('row security');
  if (hanging.length === 0) return;
  throw requestError(
    'PG_DEPENDENTS',
    `replacing ${name} would lose or break its dependent objects (${hanging.join('; ')}): drop that first, or name another --table`,
  );
}
