/**
 * What was loaded where, in two tables in the target's schema: fleetgen_run and fleetgen_shard. A shard's ledger row is
 * written in the same transaction as its rows, so the ledger is correct whatever is killed.
 */
import { hostname } from 'node:os';
import { requestError, runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { qualified, type TableRef } from '../../../pg/identifiers.js';
import { onlyRow } from '../../../pg/only-row.js';
import type { Shard } from '../../../plan/shards.js';
import type { Load } from '../../load-target.js';
import type { ShardDigest } from '../../shard-sink.js';
import { lockForTransaction } from './advisory-lock.js';

/**
 * `running`: in progress, or killed; `done`: its rows are in the target table; `replaced`: a later load has replaced
 * its rows; `failed`: it was undone and nothing of it is left.
 */
export type RunState = 'running' | 'done' | 'replaced' | 'failed';

/**
 * `build`: into separate tables that are swapped in; `append`: into the existing table; `joint`: into a table that
 * several loads fill.
 */
export type LoadMode = 'build' | 'append' | 'joint';

/** Shards per page; the labels of a shard take some kilobytes. */
const LABELS_PER_PAGE = 500;
const UNIQUE_VIOLATION = '23505';

export function runTable(schema: string): string {
  return qualified({ schema, table: 'fleetgen_run' });
}

export function shardTable(schema: string): string {
  return qualified({ schema, table: 'fleetgen_shard' });
}

/** Creates the two tables unless they exist; safe when several loads do so at once. */
export async function createLedger(client: Client, schema: string): Promise<void> {
  if (await ledgerExists(client, schema)) return;
  await client.query('BEGIN');
  // CREATE IF NOT EXISTS alone fails with a duplicate key when two sessions run it concurrently.
  await lockForTransaction(client, `ledger of ${schema}`);
  await client.query(`
    CREATE TABLE IF NOT EXISTS ${runTable(schema)} (
      run_id text PRIMARY KEY,
      table_name text NOT NULL,
      mode text NOT NULL CHECK (mode IN ('build', 'append', 'joint')),
      replaces oid,
      suffix text NOT NULL,
      state text NOT NULL CHECK (state IN ('running', 'done', 'replaced', 'failed')),
      scenario_hash text NOT NULL,
      seed bigint NOT NULL,
      algorithm_version integer NOT NULL,
      dataset_rows bigint NOT NULL,
      vehicles bigint NOT NULL,
      days integer NOT NULL,
      first_day date NOT NULL,
      interval_ms integer NOT NULL,
      first_record_id bigint NOT NULL,
      truth boolean NOT NULL,
      range_from bigint NOT NULL,
      range_to bigint NOT NULL,
      resumable boolean NOT NULL,
      keep_previous integer,
      host text NOT NULL,
      pid integer NOT NULL,
      started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      finished_at timestamptz
    );
    CREATE INDEX IF NOT EXISTS fleetgen_run_table_name_idx ON ${runTable(schema)} (table_name);
    CREATE TABLE IF NOT EXISTS ${shardTable(schema)} (
      run_id text NOT NULL REFERENCES ${runTable(schema)} ON DELETE CASCADE,
      shard_index bigint NOT NULL,
      range_from bigint NOT NULL,
      range_to bigint NOT NULL,
      rows bigint NOT NULL,
      bytes bigint NOT NULL,
      digest text NOT NULL,
      truth_digest text,
      labels bytea,
      committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (run_id, shard_index)
    );
    COMMENT ON TABLE ${runTable(schema)} IS 'Loads by fleetgen into the tables of this schema.';
    COMMENT ON TABLE ${shardTable(schema)} IS 'The parts of each load: rows and the digest of their bytes as they were sent.';`);
  await client.query('COMMIT');
}

/** Every column of the ledger, in no particular order; a ledger that lacks one was created by another version. */
const LAYOUT = {
  fleetgen_run:
    `run_id table_name mode replaces suffix state scenario_hash seed algorithm_version dataset_rows vehicles days
    first_day interval_ms first_record_id truth range_from range_to resumable keep_previous host pid started_at finished_at`.split(
      /\s+/,
    ),
  fleetgen_shard: 'run_id shard_index range_from range_to rows bytes digest truth_digest labels committed_at'.split(
    ' ',
  ),
} as const;

/** Throws a requestError if the ledger exists with another layout. */
export async function ledgerExists(client: Client, schema: string): Promise<boolean> {
  const found = await client.query<{ table: keyof typeof LAYOUT; columns: string[] }>(
    `SELECT c.relname AS table, array_agg(a.attname::text) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1`,
    [schema, Object.keys(LAYOUT)],
  );
  for (const { table, columns } of found.rows) {
    const missing = LAYOUT[table].find((column) => !columns.includes(column));
    if (missing === undefined) continue;
    throw requestError(
      'PG_LEDGER_LAYOUT',
      `${qualified({ schema, table })} was created by another version of fleetgen (it has no column ${missing}): finish or drop its interrupted loads with that version, then DROP TABLE ${shardTable(schema)}, ${runTable(schema)}`,
    );
  }
  return found.rows.length === 2;
}

/** What happens to a run's tables, and to those it replaces. */
export interface RunPolicy {
  /** If interrupted, its committed shards are kept until it is resumed or replaced. */
  readonly resumable: boolean;
  /** Number of replaced tables to keep after its swap; null keeps all. */
  readonly keepPrevious: number | null;
}

/** Writes the run's row, in state `running`. */
export async function recordRun(
  client: Client,
  schema: string,
  table: string,
  load: Load,
  mode: LoadMode,
  suffix: string,
  { resumable, keepPrevious }: RunPolicy,
  replaces: string | null = null,
): Promise<void> {
  // Fails before anything is written if a row-level policy hides shards.
  await client.query(`SELECT FROM ${shardTable(schema)} LIMIT 0`);
  const d = load.dataset;
  const identity = [d.scenarioHash, d.seed, d.algorithmVersion, d.rows, d.vehicles, d.days];
  const window = [d.firstDay, d.intervalMs, d.firstRecordId];
  await client.query(
    `INSERT INTO ${runTable(schema)} (run_id, table_name, mode, suffix, state, scenario_hash, seed, algorithm_version,
       dataset_rows, vehicles, days, first_day, interval_ms, first_record_id, truth, range_from, range_to, host, pid, replaces,
       resumable, keep_previous)
     VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, $10, date '1970-01-01' + $11::integer, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      load.runId,
      table,
      mode,
      suffix,
      ...identity,
      ...window,
      load.truth,
      load.from,
      load.to,
      hostname(),
      process.pid,
      replaces,
      resumable,
      keepPrevious,
    ],
  );
}

/** Marks the run as kept for `--if-exists resume`, whatever it was started with. */
export async function keepRun(client: Client, schema: string, runId: string): Promise<void> {
  await client.query(`UPDATE ${runTable(schema)} SET resumable = true WHERE run_id = $1`, [runId]);
}

/** Records that this process continues the run. */
export async function adoptRun(client: Client, schema: string, runId: string): Promise<void> {
  await client.query(`UPDATE ${runTable(schema)} SET host = $2, pid = $3, resumable = true WHERE run_id = $1`, [
    runId,
    hostname(),
    process.pid,
  ]);
}

/**
 * Writes the shard's row, in the shard's own transaction. The lock on the run's row serialises it with whatever ends
 * the run. Throws a runError if the run is no longer running, and PG_SHARD_STANDS if an earlier attempt committed but
 * its answer was lost: the primary key rejects a second row of a shard.
 */
export async function recordShard(
  client: Client,
  schema: string,
  runId: string,
  shard: Shard,
  digest: ShardDigest,
): Promise<void> {
  const insert = client.query(
    `WITH run AS (SELECT run_id FROM ${runTable(schema)} WHERE run_id = $1 AND state = 'running' FOR SHARE)
     INSERT INTO ${shardTable(schema)} (run_id, shard_index, range_from, range_to, rows, bytes, digest, truth_digest, labels)
     SELECT run_id, $2, $3, $4, $5, $6, $7, $8, $9 FROM run`,
    [
      runId,
      shard.index,
      shard.from,
      shard.to,
      digest.rows,
      digest.bytes,
      digest.digest,
      digest.truth?.digest,
      digest.labels && Buffer.from(digest.labels),
    ],
  );
  const result = await insert.catch((error: { code?: string }) => {
    if (error.code !== UNIQUE_VIOLATION) throw error;
    throw runError('PG_SHARD_STANDS', `records ${shard.from}:${shard.to} are already loaded: run again`, error);
  });
  if (result.rowCount !== 1)
    throw runError('PG_RUN_ENDED', `the load ${runId} was ended by another process: run it again`);
}

/** The digests of the run's committed shards, by index. Throws a requestError if they were cut in another way. */
export async function committedShards(
  client: Client,
  schema: string,
  runId: string,
  shards: readonly Shard[],
): Promise<Map<number, ShardDigest>> {
  const found = new Map<number, ShardDigest>();
  if (shards.length === 0) return found;
  const result = await client.query<Record<'index' | 'from' | 'to' | 'rows' | 'bytes' | 'digest', string>>(
    `SELECT shard_index AS index, range_from AS "from", range_to AS "to", rows, bytes, digest FROM ${shardTable(schema)}
     WHERE run_id = $1 AND shard_index BETWEEN $2 AND $3`,
    [runId, shards[0]!.index, shards.at(-1)!.index],
  );
  const wanted = new Map(shards.map((shard) => [shard.index, shard]));
  for (const row of result.rows) {
    const shard = wanted.get(Number(row.index));
    if (shard?.from !== Number(row.from) || shard.to !== Number(row.to)) {
      throw requestError(
        'PG_OTHER_SHARDS',
        `the load ${runId} was split into other shards by another version of fleetgen: use --if-exists replace`,
      );
    }
    found.set(shard.index, { rows: Number(row.rows), bytes: Number(row.bytes), digest: row.digest });
  }
  return found;
}

/** The packed label counts of the run's committed shards, a page at a time. */
export async function* committedLabels(client: Client, schema: string, runId: string): AsyncGenerator<Uint8Array> {
  for (let after = '-1'; ; ) {
    const page = await client.query<{ index: string; labels: Buffer | null }>(
      `SELECT shard_index AS index, labels FROM ${shardTable(schema)} WHERE run_id = $1 AND shard_index > $2
       ORDER BY shard_index LIMIT ${LABELS_PER_PAGE}`,
      [runId, after],
    );
    for (const { labels } of page.rows) if (labels !== null) yield labels;
    if (page.rows.length < LABELS_PER_PAGE) return;
    after = page.rows.at(-1)!.index;
  }
}

/** Number of rows in the run's committed shards. */
export async function committedRows(client: Client, schema: string, runId: string): Promise<number> {
  const result = await client.query<{ rows: string }>(
    `SELECT coalesce(sum(rows), 0) AS rows FROM ${shardTable(schema)} WHERE run_id = $1`,
    [runId],
  );
  return Number(onlyRow(result).rows);
}

/**
 * Number of rows of the run's committed shards that are missing from the tables: deleted, or lost with a truncated
 * table. Counted in one statement, as other loads may commit meanwhile.
 */
export async function countLostRows(
  client: Client,
  schema: string,
  run: { readonly runId: string; readonly firstRecordId: number; readonly from: number; readonly to: number },
  tables: readonly TableRef[],
): Promise<number> {
  const range = [run.firstRecordId + run.from, run.firstRecordId + run.to];
  let lost = 0;
  for (const table of tables) {
    const result = await client.query<{ lost: string }>(
      `SELECT (SELECT coalesce(sum(rows), 0) FROM ${shardTable(schema)} WHERE run_id = $1)
         - (SELECT count(*) FROM ${qualified(table)} WHERE record_id >= $2 AND record_id < $3) AS lost`,
      [run.runId, ...range],
    );
    lost = Math.max(lost, Number(onlyRow(result).lost));
  }
  return lost;
}

/**
 * Throws a runError unless the committed shards hold exactly the records of the load: PG_SHARDS_LOST if a crash of the
 * server undid some commits.
 */
export async function checkComplete(client: Client, schema: string, load: Load): Promise<void> {
  const result = await client.query<{ shards: string; rows: string }>(
    `SELECT count(*) AS shards, coalesce(sum(rows), 0) AS rows FROM ${shardTable(schema)} WHERE run_id = $1`,
    [load.runId],
  );
  const found = onlyRow(result);
  const wanted = load.to - load.from;
  if (Number(found.shards) < load.shards.length) {
    throw runError('PG_SHARDS_LOST', `the ledger counts ${found.rows} rows where the load has ${wanted}: run it again`);
  }
  if (Number(found.rows) !== wanted || Number(found.shards) !== load.shards.length) {
    throw runError('PG_ROWS_LOST', `the ledger counts ${found.rows} rows where the load has ${wanted}: run it again`);
  }
}

export async function endRun(client: Client, schema: string, runId: string, state: 'done' | 'failed'): Promise<void> {
  await client.query(
    `UPDATE ${runTable(schema)} SET state = $2, finished_at = clock_timestamp() WHERE run_id = $1 AND state = 'running'`,
    [runId, state],
  );
}

/** Abandons earlier builds of the table that were never swapped in. */
export async function abandonBuilds(client: Client, schema: string, table: string): Promise<void> {
  if (!(await ledgerExists(client, schema))) return;
  await client.query(
    `WITH given AS (UPDATE ${runTable(schema)} SET state = 'failed', finished_at = clock_timestamp()
       WHERE table_name = $1 AND mode = 'build' AND state = 'running' RETURNING run_id)
     DELETE FROM ${shardTable(schema)} WHERE run_id IN (SELECT run_id FROM given)`,
    [table],
  );
}

/**
 * Marks every other load of the table as replaced: its rows are gone, or in a replaced table that is kept. The shards
 * of the latter stay in the ledger until the next replacement, so that a load can be resumed after going back to its
 * table.
 */
export async function supersedeRuns(
  client: Client,
  schema: string,
  table: string,
  runId: string,
  keepsPrevious = false,
): Promise<void> {
  const others = `table_name = $1 AND run_id <> $2`;
  await client.query(
    `DELETE FROM ${shardTable(schema)} WHERE run_id IN
       (SELECT run_id FROM ${runTable(schema)} WHERE ${others} AND NOT ($3 AND state = 'done'))`,
    [table, runId, keepsPrevious],
  );
  await client.query(
    `UPDATE ${runTable(schema)} SET state = 'replaced' WHERE ${others} AND state IN ('running', 'done')`,
    [table, runId],
  );
}

export async function runState(client: Client, schema: string, runId: string): Promise<RunState | undefined> {
  const result = await client.query<{ state: RunState }>(`SELECT state FROM ${runTable(schema)} WHERE run_id = $1`, [
    runId,
  ]);
  return result.rows[0]?.state;
}
