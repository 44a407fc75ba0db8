/**
 * Finds the sessions that hold locks on tables, from pg_locks, which any user may read, and ends them. Oids are
 * strings.
 */
import { runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { onlyRow } from '../../../pg/only-row.js';

/** Locks of other sessions on the tables $1 of this database. Autovacuum is left out: it yields to other sessions. */
const HELD = `pg_locks h WHERE h.locktype = 'relation' AND h.relation = ANY ($1::oid[]) AND h.granted
  AND h.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND h.mode <> 'ShareUpdateExclusiveLock' AND h.pid IS DISTINCT FROM pg_backend_pid()`;

/** Describes a backend as far as this user may see it; a prepared transaction has none. */
const WHO = `coalesce(format('backend %s of %s', a.pid, concat_ws(', ', a.usename, nullif(a.application_name, ''))), 'a prepared transaction')`;

export interface LockHolder {
  /** The transaction's virtual id (virtualxid). */
  readonly transaction: string;
  /** Whether it also waits for a lock on one of the wanted tables. */
  readonly waits: boolean;
}

/** The transactions that hold a lock on one of `held`, and whether each waits for one of `wanted`. */
export async function lockHolders(
  client: Client,
  held: readonly string[],
  wanted: readonly string[],
): Promise<LockHolder[]> {
  const result = await client.query<LockHolder>(
    `SELECT DISTINCT h.virtualtransaction AS transaction, EXISTS (SELECT FROM pg_locks w
       WHERE w.virtualtransaction = h.virtualtransaction AND NOT w.granted AND w.locktype = 'relation'
         AND w.relation = ANY ($2::oid[])) AS waits
     FROM ${HELD}`,
    [held, wanted],
  );
  return result.rows;
}

/** For messages: who holds locks on the tables. */
export async function describeHolders(client: Client, tables: readonly string[]): Promise<string> {
  const result = await client.query<{ who: string }>(
    `SELECT DISTINCT ${WHO} AS who FROM (SELECT h.pid FROM ${HELD}) held LEFT JOIN pg_stat_activity a USING (pid)
     ORDER BY who LIMIT 5`,
    [tables],
  );
  return result.rows.map(({ who }) => who).join('; ') || 'sessions that have ended since';
}

/** For messages: the backends with these process ids. */
export async function describeBackends(client: Client, pids: readonly number[]): Promise<string> {
  const result = await client.query<{ who: string }>(
    `SELECT format('%s%s', ${WHO}, to_char(a.xact_start AT TIME ZONE 'UTC', '", since "YYYY-MM-DD HH24:MI:SS "UTC"')) AS who
     FROM unnest($1::int[]) AS held (pid) LEFT JOIN pg_stat_activity a USING (pid) ORDER BY a.xact_start LIMIT 5`,
    [pids],
  );
  return result.rows.map(({ who }) => who).join('; ');
}

/** Ends the sessions that hold locks on the tables. Returns how many; throws like terminateSessions. */
export async function terminateHolders(client: Client, tables: readonly string[]): Promise<number> {
  const result = await client.query<{ pid: number }>(`SELECT DISTINCT h.pid FROM ${HELD} AND h.pid IS NOT NULL`, [
    tables,
  ]);
  return terminateSessions(
    client,
    result.rows.map(({ pid }) => pid),
  );
}

/** Ends the sessions. Returns how many; throws PG_SWAP_BUSY if this user may not. */
export async function terminateSessions(client: Client, pids: readonly number[]): Promise<number> {
  const asked = await client.query<{ user: string }>('SELECT quote_ident(current_user) AS user');
  const { user } = onlyRow(asked);
  const ended = client.query('SELECT pid FROM unnest($1::int[]) AS held (pid) WHERE pg_terminate_backend(pid)', [pids]);
  const result = await ended.catch((error: { code?: string }) => {
    if (error.code !== '42501') throw error;
    throw runError(
      'PG_SWAP_BUSY',
      `no permission to end all of the sessions that block the swap (backends ${pids.join(', ')}): GRANT pg_signal_backend TO ${user}, or end them`,
      error,
    );
  });
  return result.rowCount ?? 0;
}
