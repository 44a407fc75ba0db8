/**
 * Readers whose snapshot is older than the rows of a table see it empty, if they first look at it after the swap: a
 * REPEATABLE READ transaction, or a long pg_dump. So the swap waits until there is none.
 */
import type { Client } from '../../../pg/client.js';
import { qualified, quote, type TableRef } from '../../../pg/identifiers.js';
import { type SwapTerms, waitOut } from './wait-out.js';

/**
 * Resolves once no transaction of the database has a snapshot older than this call, or throws PG_SWAP_BUSY.
 * The server itself waits for that, with any user's rights, before it ends CREATE INDEX CONCURRENTLY; what other sessions'
 * snapshots are can't be asked without being allowed to see them. The index that this makes is left for dropWaitIndex.
 */
export async function outliveSnapshots(
  client: Client,
  watcher: Client,
  ref: TableRef,
  column: string,
  terms: SwapTerms,
): Promise<void> {
  const index = quote(indexOf(ref).table);
  const why = (sessions: string) =>
    `a transaction from before this load is still open (${sessions}) and would see the new table empty: end it`;
  await waitOut(client, watcher, terms, why, () =>
    client.query(`CREATE INDEX CONCURRENTLY ${index} ON ${qualified(ref)} (${quote(column)})`),
  );
}

/** Where the table is locked anyway: a dump that has begun since would be waited for alone. */
export async function dropWaitIndex(client: Client, ref: TableRef): Promise<void> {
  await client.query(`DROP INDEX IF EXISTS ${qualified(indexOf(ref))}`);
}

function indexOf({ schema, table }: TableRef): TableRef {
  return { schema, table: `${table}_wait` };
}
