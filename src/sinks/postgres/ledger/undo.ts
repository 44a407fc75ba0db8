/** Undoes a failed or interrupted load according to the ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../pg/client.js';
import { buildNames, qualified, runSuffix, type TableRef, truthTable } from '../../../pg/identifiers.js';
import type { Load } from '../../load-target.js';
import { dropJointTables } from '../append/joint-table.js';
import { dropBuild } from './build-tables.js';
import { endRun, keepRun, type LoadMode, ledgerExists, runTable, shardTable } from './ledger.js';

const DROP_LOCK_TIMEOUT_MS = 2000;
const MAX_POLLS = 30;
const POLL_MS = 50;

/**
 * Ends the given backends of the load and whatever still writes into its build tables, then drops those tables, or
 * deletes the rows it appended. A load that is done is left alone. Returns the names of tables that could not be
 * dropped because a session has them locked. Throws the server's errors.
 */
export async function undoRun(
  client: Client,
  ref: TableRef,
  load: Load,
  backends: readonly number[],
): Promise<readonly string[]> {
  const suffix = runSuffix(load.runId);
  await terminateBackends(client, ref.schema, buildNames(ref.table, suffix), backends);
  if (!(await ledgerExists(client, ref.schema))) return [];
  const run = await client.query<{ mode: LoadMode }>(`SELECT mode FROM ${runTable(ref.schema)} WHERE run_id = $1`, [
    load.runId,
  ]);
  const mode = run.rows[0]?.mode;
  const left = mode === 'build' ? await dropBuild(client, ref, suffix, DROP_LOCK_TIMEOUT_MS) : [];
  if (mode !== undefined) await deleteShards(client, ref, load, mode !== 'build');
  if (mode === 'joint') await dropJointTables(client, ref, load);
  return left;
}

/**
 * Ends the backends of a load that is to be resumed later. False if none of its shards is committed, so there is
 * nothing to keep.
 */
export async function suspendRun(
  client: Client,
  ref: TableRef,
  load: Load,
  backends: readonly number[],
): Promise<boolean> {
  await terminateBackends(client, ref.schema, buildNames(ref.table, runSuffix(load.runId)), backends);
  if (!(await ledgerExists(client, ref.schema))) return false;
  const kept = await client.query(`SELECT FROM ${shardTable(ref.schema)} WHERE run_id = $1 LIMIT 1`, [load.runId]);
  if (kept.rowCount !== 1) return false;
  await keepRun(client, ref.schema, load.runId);
  return true;
}

/**
 * Ends the given backends of this user, and any others of this user that write to the tables or index them, but no dump
 * that reads them: a busy backend does not notice that its client is gone. Returns when they have ended, or after a few
 * seconds.
 */
export async function terminateBackends(
  client: Client,
  schema: string,
  tables: readonly string[],
  backends: readonly number[] = [],
): Promise<void> {
  for (let look = 0; look < MAX_POLLS; look++) {
    const ended = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = session_user AND pid <> pg_backend_pid()
         AND (pid = ANY ($1::int[]) OR pid IN (
           SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = $2 AND c.relname = ANY ($3::text[]) AND l.mode <> 'AccessShareLock'))`,
      [backends, schema, tables],
    );
    if (ended.rowCount === 0) return;
    await sleep(POLL_MS);
  }
}

/** The update of the run's row waits for shards that are being committed; later ones find the run ended. */
async function deleteShards(client: Client, ref: TableRef, load: Load, appended: boolean): Promise<void> {
  await client.query('BEGIN');
  await endRun(client, ref.schema, load.runId, 'failed');
  const failed = `SELECT r.run_id FROM ${runTable(ref.schema)} r WHERE r.run_id = $1 AND r.state = 'failed'`;
  const truth = { schema: ref.schema, table: truthTable(ref.table) };
  for (const table of appended ? [ref, ...(load.truth ? [truth] : [])] : []) {
    await client.query(
      `DELETE FROM ${qualified(table)} t USING ${shardTable(ref.schema)} s
       WHERE s.run_id IN (${failed}) AND t.record_id >= s.range_from + $2 AND t.record_id < s.range_to + $2`,
      [load.runId, load.dataset.firstRecordId],
    );
  }
  await client.query(`DELETE FROM ${shardTable(ref.schema)} WHERE run_id IN (${failed})`, [load.runId]);
  await client.query('COMMIT');
}
