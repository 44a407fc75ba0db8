/**
 * Session-level advisory locks that keep loads apart; they end with the session, however that ends. Loads that create
 * or replace a table lock it `exclusive`, loads that only add rows lock it `shared`; the process that
 * works on a run locks the run.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { qualified, type TableRef } from '../../../pg/identifiers.js';
import { onlyRow } from '../../../pg/only-row.js';

const POLL_MS = 200;

export type LockMode = 'exclusive' | 'shared';

const ACQUIRE: Record<LockMode, string> = { exclusive: 'pg_try_advisory_lock', shared: 'pg_try_advisory_lock_shared' };
const RELEASE: Record<LockMode, string> = { exclusive: 'pg_advisory_unlock', shared: 'pg_advisory_unlock_shared' };

/**
 * Takes the lock of the table for the session, or waits up to `waitMs` for it. Throws a runError that names the session
 * that holds it, and since when.
 */
export function lockTable(client: Client, ref: TableRef, waitMs: number, mode: LockMode = 'exclusive'): Promise<void> {
  return lock(client, qualified(ref), `another load into ${qualified(ref)}`, waitMs, mode);
}

/** Whether the table's exclusive lock could be taken without waiting. */
export function tryLockTable(client: Client, ref: TableRef): Promise<boolean> {
  return tryLock(client, keyOf(qualified(ref)), 'exclusive');
}

export async function unlockTable(client: Client, ref: TableRef, mode: LockMode): Promise<void> {
  await client.query(`SELECT ${RELEASE[mode]}($1)`, [keyOf(qualified(ref))]);
}

/**
 * Takes the lock of a run for the session: the process that works on the run holds it. Throws a runError like
 * lockTable.
 */
export function lockRun(client: Client, runId: string, waitMs: number): Promise<void> {
  return lock(client, runLock(runId), 'this very load', waitMs, 'exclusive');
}

/** The session that works on the run, for messages; null if the run was interrupted. */
export function findRunSession(client: Client, runId: string): Promise<string | null> {
  return holderOf(client, keyOf(runLock(runId)));
}

function runLock(runId: string): string {
  return `run ${runId}`;
}

async function lock(client: Client, name: string, what: string, waitMs: number, mode: LockMode): Promise<void> {
  const key = keyOf(name);
  const deadline = Date.now() + waitMs;
  while (!(await tryLock(client, key, mode))) {
    if (Date.now() >= deadline) {
      const holder = (await holderOf(client, key)) ?? 'it ended just now';
      throw runError('PG_BUSY', `${what} is in progress (${holder}): wait until it has finished and run again`);
    }
    await sleep(POLL_MS);
  }
}

async function tryLock(client: Client, key: string, mode: LockMode): Promise<boolean> {
  const result = await client.query<{ locked: boolean }>(`SELECT ${ACQUIRE[mode]}($1) AS locked`, [key]);
  return onlyRow(result).locked;
}

/** A transaction-level advisory lock; waits without a limit. */
export async function lockForTransaction(client: Client, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [keyOf(name)]);
}

interface Holder {
  readonly pid: number;
  readonly application: string;
  readonly client: string;
  readonly since: string;
}

async function holderOf(client: Client, key: string): Promise<string | null> {
  const result = await client.query<Holder>(
    `SELECT l.pid, coalesce(nullif(a.application_name, ''), 'unknown') AS application,
       coalesce(host(a.client_addr), 'a local socket') AS client,
       to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS since
     FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((l.classid::bigint << 32) | l.objid::bigint) = $1 AND l.pid <> pg_backend_pid()`,
    [key],
  );
  const holder = result.rows[0];
  if (holder === undefined) return null;
  return `backend ${holder.pid}, ${holder.application} from ${holder.client}, since ${holder.since ?? 'unknown'}`;
}

/** A bigint as text: the first 64 bits of the name's SHA-256. */
function keyOf(name: string): string {
  return createHash('sha256').update(`fleetgen:${name}`).digest().readBigInt64BE(0).toString();
}
