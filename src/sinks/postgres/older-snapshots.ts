/**
 * Readers whose snapshot is older than the rows of a table see it empty, if they first look at it after the swap: a
 * REPEATABLE READ transaction, or a long pg_dump. So the swap waits until there is none.
 */
import { runError } from '../../errors.js';
import type { Client } from './client.js';
import { qualified, quote, type TableRef } from './identifiers.js';

const CANCELLED = '57014';

/**
 * Resolves once no transaction of the database has a snapshot older than this call, or throws PG_SWAP_BUSY after `waitMs`.
 * The server itself waits for that, with any user's rights, before it ends CREATE INDEX CONCURRENTLY; what other sessions'
 * snapshots are can't be asked without being allowed to see them.
 */
export async function outliveSnapshots(client: Client, ref: TableRef, column: string, waitMs: number): Promise<void> {
  const index = `${ref.table}_wait`;
  const drop = `DROP INDEX IF EXISTS ${qualified({ schema: ref.schema, table: index })}`;
  await client.query(drop);
  await client.query(`SET statement_timeout = ${Math.max(1, Math.round(waitMs))}`);
  try {
    await client.query(`CREATE INDEX CONCURRENTLY ${quote(index)} ON ${qualified(ref)} (${quote(column)})`);
  } catch (error) {
    if ((error as { code?: string }).code !== CANCELLED) throw error;
    const who = await oldTransactions(client);
    throw runError(
      'PG_SWAP_BUSY',
      `a transaction from before this load is still open (${who}) and would see the new table empty: end it`,
      error,
    );
  } finally {
    await client.query('SET statement_timeout = 0');
    await client.query(drop);
  }
}

/** The oldest transactions of other sessions, as far as this user may see them. */
async function oldTransactions(client: Client): Promise<string> {
  const result = await client.query<{ who: string }>(
    `SELECT format('backend %s of %s, since %s UTC', pid, usename, to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')) AS who
     FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 3`,
  );
  return result.rows.map((row) => row.who).join('; ') || 'of another user';
}
