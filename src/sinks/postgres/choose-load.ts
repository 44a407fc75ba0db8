/** Decides how a load goes into its table, from the existing tables and the ledger's earlier loads. */
import { type FleetgenError, requestError } from '../../base/errors.js';
import type { Client } from '../../pg/client.js';
import { loadNames, qualified, type TableRef, truthTable, vehicleTable } from '../../pg/identifiers.js';
import type { IfExists, Load } from '../load-target.js';
import { type ExistingTable, findTable, isTruth } from './existing-table.js';
import type { LockMode } from './ledger/advisory-lock.js';
import {
  companionOf,
  datasetDifference,
  type EarlierRun,
  earlierRuns,
  overlaps,
  sameRange,
} from './ledger/earlier-runs.js';
import { committedRows, countLostRows } from './ledger/ledger.js';

/** The existing tables under the names of the load. */
export interface ExistingTables {
  readonly main: ExistingTable | null;
  readonly vehicle: ExistingTable | null;
  /** The table under the name of the ground truth, if it is one or has to make room for one. */
  readonly truth: ExistingTable | null;
}

export async function findExistingTables(client: Client, ref: TableRef, load: Load): Promise<ExistingTables> {
  const { schema, table } = ref;
  const truth = await findTable(client, { schema, table: truthTable(table) });
  return {
    main: await findTable(client, ref),
    vehicle: await findTable(client, { schema, table: vehicleTable(table) }),
    // For a load without ground truth that table only matters if it holds the ground truth of another load.
    truth: load.truth || (truth !== null && isTruth(truth)) ? truth : null,
  };
}

export type LoadChoice =
  | { readonly kind: 'build' | 'append' | 'joint' }
  /** Continue an interrupted load. */
  | { readonly kind: 'resume'; readonly run: EarlierRun }
  /** The load is already complete. */
  | { readonly kind: 'done'; readonly run: EarlierRun };

/** The mode of the table's lock that a choice needs. */
export function lockModeFor(choice: LoadChoice): LockMode {
  if (choice.kind === 'build') return 'exclusive';
  return choice.kind === 'resume' && choice.run.mode === 'build' ? 'exclusive' : 'shared';
}

/** Throws a requestError if the load can't go into the table. */
export async function chooseLoad(
  client: Client,
  ref: TableRef,
  load: Load,
  ifExists: IfExists,
  existing: ExistingTables,
): Promise<LoadChoice> {
  const { main } = existing;
  await refuseCompanion(client, ref);
  if (ifExists === 'resume') return resume(client, ref, load, existing);
  if (ifExists === 'replace') return { kind: 'build' };
  refuseUnfinished(ref, await runsWithRows(client, ref, existing));
  if (main !== null && ifExists === 'append') return { kind: await appendKind(client, ref) };
  refuseExistingTable(ref, existing);
  return { kind: ifExists === 'append' && isPart(load) ? 'joint' : 'build' };
}

/** Whether the load is part of a dataset, so that other processes may load other parts. */
function isPart({ from, to, dataset }: Load): boolean {
  return from > 0 || to < dataset.rows;
}

async function appendKind(client: Client, ref: TableRef): Promise<'append' | 'joint'> {
  const runs = await earlierRuns(client, ref.schema, ref.table);
  return runs.some((run) => run.mode === 'joint') ? 'joint' : 'append';
}

function refuseExistingTable(ref: TableRef, { main, vehicle, truth }: ExistingTables): void {
  const table =
    main !== null ? ref.table : ((vehicle && vehicleTable(ref.table)) ?? (truth && truthTable(ref.table)) ?? undefined);
  if (table === undefined) return;
  throw requestError(
    'PG_TABLE_EXISTS',
    `${qualified({ schema: ref.schema, table })} exists: add --if-exists replace${main === null ? '' : ' or append'}, or name another --table`,
  );
}

async function resume(client: Client, ref: TableRef, load: Load, existing: ExistingTables): Promise<LoadChoice> {
  const runs = await runsWithRows(client, ref, existing);
  const same = runs.find((run) => sameRange(run, load) && datasetDifference(run, load) === null);
  if (same !== undefined) {
    await refuseLosses(client, ref, same, existing);
    if (same.state === 'done') {
      await requireParts(client, ref, same);
      return { kind: 'done', run: same };
    }
    if (same.mode === 'build' && same.replaces !== (existing.main?.oid ?? null)) {
      throw mismatch(ref, same, 'from before the table that stands there now');
    }
    return { kind: 'resume', run: same };
  }
  for (const run of runs) {
    // With distinct record ids, another dataset can be appended.
    const apart = run.firstRecordId !== load.dataset.firstRecordId && !overlaps(run, load);
    const difference = apart ? null : datasetDifference(run, load);
    if (difference !== null) throw mismatch(ref, run, `of another dataset (${difference})`);
  }
  const overlapping = runs.find((run) => overlaps(run, load));
  if (overlapping !== undefined) {
    throw mismatch(ref, overlapping, `of the range ${overlapping.from}:${overlapping.to}, which overlaps this one`);
  }
  refuseUnfinished(ref, runs);
  if (existing.main === null) {
    refuseExistingTable(ref, existing);
    return { kind: isPart(load) ? 'joint' : 'build' };
  }
  if (runs.length === 0) {
    throw requestError(
      'PG_NOTHING_TO_RESUME',
      `${qualified(ref)} holds no load that can be resumed: use --if-exists replace or append, or name another --table`,
    );
  }
  return { kind: runs.some((run) => run.mode === 'joint') ? 'joint' : 'append' };
}

/** Any load but one that resumes or replaces it would lose what an interrupted build committed. */
function refuseUnfinished(ref: TableRef, runs: readonly EarlierRun[]): void {
  const unfinished = runs.find((run) => run.mode === 'build' && run.state === 'running' && run.resumable);
  if (unfinished === undefined) return;
  throw requestError(
    'PG_UNFINISHED',
    `${qualified(ref)} has an interrupted load that is kept (${unfinished.who}): finish it with --if-exists resume, discard it with --if-exists replace, or name another --table`,
  );
}

/** A table that belongs to another load can't be the target of a new one. */
async function refuseCompanion(client: Client, ref: TableRef): Promise<void> {
  const owner = await companionOf(client, ref);
  if (owner === null) return;
  throw requestError(
    'PG_COMPANION',
    `${qualified(ref)} is a companion table of ${qualified({ ...ref, table: owner })}: name another --table`,
  );
}

/** Earlier runs whose rows still exist. */
async function runsWithRows(client: Client, ref: TableRef, existing: ExistingTables): Promise<EarlierRun[]> {
  const runs: EarlierRun[] = [];
  for (const run of await earlierRuns(client, ref.schema, ref.table)) {
    if (await hasRows(client, ref, run, existing)) runs.push(run);
  }
  return runs;
}

/** False if the run's tables were dropped by hand. */
async function hasRows(client: Client, ref: TableRef, run: EarlierRun, { main }: ExistingTables): Promise<boolean> {
  if (run.state === 'done' || run.mode !== 'build') return main !== null;
  const { build } = loadNames(ref.table, run.suffix).main;
  return (await findTable(client, { schema: ref.schema, table: build })) !== null;
}

/** The ledger records what was committed, not whether the rows were deleted since. */
async function refuseLosses(
  client: Client,
  ref: TableRef,
  run: EarlierRun,
  { vehicle, truth }: ExistingTables,
): Promise<void> {
  const { schema } = ref;
  const built = run.mode === 'build' && run.state === 'running' ? loadNames(ref.table, run.suffix) : undefined;
  const place = built?.main.build ?? ref.table;
  const truthPlace = built?.truth.build ?? truthTable(ref.table);
  const lost = (what: string) =>
    requestError(
      'PG_ROWS_GONE',
      `${what} of ${qualified({ schema, table: place })} that ${run.who} loaded were deleted: load everything again with --if-exists replace`,
    );
  if (built === undefined && (vehicle === null || (run.truth && truth === null))) {
    throw lost(vehicle === null ? 'the vehicles' : 'the truths');
  }
  const tables = [place, ...(run.truth ? [truthPlace] : [])].map((table) => ({ schema, table }));
  const rows = await countLostRows(client, schema, run, tables);
  if (rows > 0) throw lost(`${rows} records`);
}

/** Without its shards in the ledger, a complete load would be loaded again. */
async function requireParts(client: Client, ref: TableRef, run: EarlierRun): Promise<void> {
  if ((await committedRows(client, ref.schema, run.runId)) === run.to - run.from) return;
  throw requestError(
    'PG_PARTS_UNKNOWN',
    `${qualified(ref)} holds a load whose shards the ledger no longer knows (${run.who}), as after going back to a kept table: there is nothing to resume; verify says whether it is complete, --if-exists replace loads it again`,
  );
}

function mismatch(ref: TableRef, run: EarlierRun, how: string): FleetgenError {
  const what = run.state === 'done' ? 'a load' : 'an interrupted load';
  return requestError(
    'PG_RESUME_MISMATCH',
    `${qualified(ref)} has ${what} ${how} (${run.who}): repeat the options of that load, or use --if-exists replace`,
  );
}
