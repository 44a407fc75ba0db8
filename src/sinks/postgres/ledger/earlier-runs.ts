/** The ledger's earlier loads of a table, and how they compare with the requested one. */
import { isoDate } from '../../../base/time.js';
import type { Client } from '../../../pg/client.js';
import type { TableRef } from '../../../pg/identifiers.js';
import type { Load } from '../../load-target.js';
import { type LoadMode, ledgerExists, type RunState, runTable } from './ledger.js';

export interface EarlierRun {
  readonly runId: string;
  readonly state: RunState;
  readonly mode: LoadMode;
  readonly suffix: string;
  /** Oid of the table that a build was to replace, or null. */
  readonly replaces: string | null;
  readonly scenarioHash: string;
  readonly seed: number;
  readonly algorithmVersion: number;
  readonly rows: number;
  readonly vehicles: number;
  readonly days: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly intervalMs: number;
  readonly firstRecordId: number;
  readonly truth: boolean;
  readonly from: number;
  readonly to: number;
  /** Kept for `--if-exists resume` if interrupted. */
  readonly resumable: boolean;
  /** Number of replaced tables to keep after its swap; null keeps all. */
  readonly keepPrevious: number | null;
  /** For messages: process, host and start. */
  readonly who: string;
}

/** Loads that are in progress, were killed, or have rows in the table, latest first; empty if there is no ledger. */
export async function earlierRuns(client: Client, schema: string, table: string): Promise<EarlierRun[]> {
  if (!(await ledgerExists(client, schema))) return [];
  const result = await client.query<Record<keyof EarlierRun, string | number | boolean | null>>(
    `SELECT run_id AS "runId", state, mode, suffix, replaces::text, scenario_hash AS "scenarioHash", seed,
       algorithm_version AS "algorithmVersion", dataset_rows AS rows, vehicles, days,
       first_day - date '1970-01-01' AS "firstDay", interval_ms AS "intervalMs", first_record_id AS "firstRecordId", truth,
       range_from AS "from", range_to AS "to", resumable, keep_previous AS "keepPrevious", format('process %s on %s, since %s UTC', pid, host,
         to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')) AS who
     FROM ${runTable(schema)} WHERE table_name = $1 AND state IN ('running', 'done') ORDER BY started_at DESC, run_id`,
    [table],
  );
  const numbers = ['seed', 'rows', 'vehicles', 'firstRecordId', 'from', 'to'] as const;
  return result.rows.map((row) => {
    // The driver returns bigint as text; all of these are below 2^53.
    for (const name of numbers) row[name] = Number(row[name]);
    return row as unknown as EarlierRun;
  });
}

/**
 * The main table of the load, complete or in progress, that has the given name for a companion; null if there is none.
 */
export async function companionOf(client: Client, { schema, table }: TableRef): Promise<string | null> {
  if (!(await ledgerExists(client, schema))) return null;
  const made = await client.query<{ owner: string }>(
    `SELECT table_name AS owner FROM ${runTable(schema)}
     WHERE ($2 = table_name || '_vehicle' OR truth AND $2 = table_name || '_truth') AND state IN ('running', 'done')
       AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = $1 AND c.relname IN (table_name, table_name || '__new_' || suffix))
     LIMIT 1`,
    [schema, table],
  );
  return made.rows[0]?.owner ?? null;
}

/** How the dataset of the run differs from the load's, in terms of flags; null if it is the same dataset. */
export function datasetDifference(run: EarlierRun, load: Load): string | null {
  const d = load.dataset;
  const parts: [name: string, there: unknown, asked: unknown][] = [
    ['seed', run.seed, d.seed],
    ['algorithm version', run.algorithmVersion, d.algorithmVersion],
    ['start', isoDate(run.firstDay), isoDate(d.firstDay)],
    ['interval', `${run.intervalMs / 1000}s`, `${d.intervalMs / 1000}s`],
    ['rows', run.rows, d.rows],
    ['vehicles', run.vehicles, d.vehicles],
    ['days', run.days, d.days],
    ['first record_id', run.firstRecordId, d.firstRecordId],
    ['truth', run.truth ? 'with' : 'without', load.truth ? 'with' : 'without'],
  ];
  const differing = parts.filter(([, there, asked]) => there !== asked);
  if (differing.length > 0) return differing.map(([name, there, asked]) => `${name} ${there}, not ${asked}`).join('; ');
  return run.scenarioHash === d.scenarioHash ? null : 'another scenario';
}

export function sameRange(run: EarlierRun, load: Load): boolean {
  return run.from === load.from && run.to === load.to;
}

/** Whether the two share a record_id. */
export function overlaps(run: EarlierRun, load: Load): boolean {
  const [first, end] = recordIds(load.dataset.firstRecordId, load);
  const [runFirst, runEnd] = recordIds(run.firstRecordId, run);
  return first < runEnd && runFirst < end;
}

function recordIds(firstRecordId: number, { from, to }: { from: number; to: number }): readonly [number, number] {
  return [firstRecordId + from, firstRecordId + to];
}
