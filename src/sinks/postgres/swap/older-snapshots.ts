/**
 * Readers with a snapshot older than a table's rows (a REPEATABLE READ transaction, a long pg_dump) would see an empty
 * table if they first read it after the swap. So the swap waits until there are none.
 */
import type { Client } from '../../../pg/client.js';
import { qualified, quote, type TableRef } from '../../../pg/identifiers.js';
import { runDespiteBlockers, type SwapWait } from './blockers.js';

/**
 * Resolves once no transaction of the database has a snapshot older than this call, or throws PG_SWAP_BUSY. Uses CREATE
 * INDEX CONCURRENTLY, at the end of which the server waits for exactly that with any user's privileges; reading other
 * sessions' snapshots would need extra ones. The index created here is left for dropWaitIndex.
 */
export async function waitForOlderSnapshots(
  client: Client,
  watcher: Client,
  ref: TableRef,
  column: string,
  terms: SwapWait,
): Promise<void> {
  const index = quote(indexOf(ref).table);
  const why = (sessions: string) =>
    `a transaction from before this load is still open (${sessions}) and would see the new table empty: end it`;
  await runDespiteBlockers(client, watcher, terms, why, () =>
    client.query(`CREATE INDEX CONCURRENTLY ${index} ON ${qualified(ref)} (${quote(column)})`),
  );
}

/** Call it while the table is locked anyway, as dropping it alone would wait for a dump that has started since. */
export async function dropWaitIndex(client: Client, ref: TableRef): Promise<void> {
  await client.query(`DROP INDEX IF EXISTS ${qualified(indexOf(ref))}`);
}

function indexOf({ schema, table }: TableRef): TableRef {
  return { schema, table: `${table}_wait` };
}
