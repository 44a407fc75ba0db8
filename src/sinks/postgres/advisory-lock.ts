/** Keeps two loads of one table apart: a session-level advisory lock, gone with the session whatever kills it. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../errors.js';
import type { Client } from './client.js';
import { qualified, type TableRef } from './identifiers.js';

const POLL_MS = 200;

/**
 * Takes the lock of the table for the session, or waits up to `waitMs` for it. Throws a runError that says which session
 * holds it, and since when.
 */
export async function lockTable(client: Client, ref: TableRef, waitMs: number): Promise<void> {
  const key = keyOf(qualified(ref));
  const deadline = Date.now() + waitMs;
  while (true) {
    const result = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [key]);
    if (result.rows[0]!.locked) return;
    if (Date.now() >= deadline) break;
    await sleep(POLL_MS);
  }
  const holder = await holderOf(client, key);
  throw runError(
    'PG_BUSY',
    `another load into ${qualified(ref)} is under way (${holder}): wait until it is done and run again`,
  );
}

/** A lock of the same kind that ends with the transaction; waits as long as it takes. */
export async function lockForTransaction(client: Client, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [keyOf(name)]);
}

interface Holder {
  readonly pid: number;
  readonly application: string;
  readonly client: string;
  readonly since: string;
}

async function holderOf(client: Client, key: string): Promise<string> {
  const result = await client.query<Holder>(
    `SELECT l.pid, coalesce(nullif(a.application_name, ''), 'unknown') AS application,
       coalesce(host(a.client_addr), 'a local socket') AS client,
       to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS since
     FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((l.classid::bigint << 32) | l.objid::bigint) = $1`,
    [key],
  );
  const holder = result.rows[0];
  if (holder === undefined) return 'it ended just now';
  return `backend ${holder.pid}, ${holder.application} from ${holder.client}, since ${holder.since ?? 'unknown'}`;
}

/** A bigint as text: the first 64 bits of the name's SHA-256. */
function keyOf(name: string): string {
  return createHash('sha256').update(`fleetgen:${name}`).digest().readBigInt64BE(0).toString();
}
