/**
 * Puts built tables under their lasting names, and the ones before out of the way, in one transaction. It waits for
 * readers only briefly, because those who come later queue behind it, then lets go and tries again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../errors.js';
import type { Client } from './client.js';
import { dependents, findTable } from './existing-table.js';
import { type IndexNames, qualified, quote, type TableNames } from './identifiers.js';

/** Below deadlock_timeout (1 s), so that a deadlock with a reader of both tables ends here and not with the reader. */
const LOCK_TIMEOUT_MS = 500;
/** Beyond deadlock_timeout, after which the server ends an autovacuum that is in somebody's way. */
const VACUUM_TIMEOUT_MS = 2500;
const ATTEMPTS = 30;
const PAUSE_MS = 1000;

export interface SwappedTable {
  readonly names: TableNames;
  /** All indexes of the table, the primary key's included. */
  readonly indexes: readonly IndexNames[];
  /** What stood there when the load began, or null. */
  readonly replaces: string | null;
  /** False where nothing takes its place. */
  readonly built: boolean;
}

/**
 * Swaps all tables in one transaction, together with what `alongside` does in it. Throws a runError when readers never
 * let go, or when something else appeared under a name meanwhile.
 */
export async function swapTables(
  client: Client,
  schema: string,
  tables: readonly SwappedTable[],
  alongside: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await swapOnce(client, schema, tables);
      await alongside();
      await client.query('COMMIT');
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== '55P03' && code !== '40P01') throw error;
      await client.query('ROLLBACK');
      if (attempt === ATTEMPTS) throw await busyError(client, schema, tables, error);
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

async function swapOnce(client: Client, schema: string, tables: readonly SwappedTable[]): Promise<void> {
  const standing = tables.filter((table) => table.replaces !== null);
  if (standing.length > 0) {
    const names = standing.map((table) => qualified({ schema, table: table.names.final })).join(', ONLY ');
    // In nobody's way but a vacuum's, which ends for one who waits as long as this; the other lock never would.
    await client.query(`SET LOCAL lock_timeout = ${VACUUM_TIMEOUT_MS}`);
    await client.query(`LOCK TABLE ONLY ${names} IN SHARE UPDATE EXCLUSIVE MODE`);
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`LOCK TABLE ONLY ${names} IN ACCESS EXCLUSIVE MODE`);
  }
  for (const { names, indexes, replaces, built } of tables) {
    await checkUnchanged(client, schema, names, indexes, replaces);
    if (replaces !== null) {
      const present = await indexesOf(client, replaces);
      await renameTable(client, schema, names.final, names.old);
      for (const index of indexes)
        if (present.has(index.final)) await renameIndex(client, schema, index.final, index.old);
    }
    if (!built) continue;
    await renameTable(client, schema, names.build, names.final);
    for (const index of indexes) await renameIndex(client, schema, index.build, index.final);
  }
}

/** Between the check at the start and the lock now, someone may have made a view on the table, or another table. */
async function checkUnchanged(
  client: Client,
  schema: string,
  names: TableNames,
  indexes: readonly IndexNames[],
  replaces: string | null,
): Promise<void> {
  const ref = { schema, table: names.final };
  const now = await findTable(client, ref);
  if ((now?.oid ?? null) !== replaces) {
    throw runError('PG_TABLE_CHANGED', `${qualified(ref)} was created or dropped by someone else meanwhile: run again`);
  }
  if (now === null) return;
  const [first] = await dependents(
    client,
    now.oid,
    indexes.map((index) => index.final),
  );
  if (first !== undefined) {
    throw runError(
      'PG_DEPENDENTS',
      `${first} was made on ${qualified(ref)} meanwhile and would be lost: drop it and run again`,
    );
  }
}

async function indexesOf(client: Client, oid: string): Promise<Set<string>> {
  const result = await client.query<{ name: string }>(
    'SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::oid',
    [oid],
  );
  return new Set(result.rows.map((row) => row.name));
}

async function renameTable(client: Client, schema: string, from: string, to: string): Promise<void> {
  await client.query(`ALTER TABLE ${qualified({ schema, table: from })} RENAME TO ${quote(to)}`);
}

/** A constraint takes the new name of its index. */
async function renameIndex(client: Client, schema: string, from: string, to: string): Promise<void> {
  await client.query(`ALTER INDEX ${qualified({ schema, table: from })} RENAME TO ${quote(to)}`);
}

async function busyError(
  client: Client,
  schema: string,
  tables: readonly SwappedTable[],
  cause: unknown,
): Promise<Error> {
  const oids = tables.flatMap((table) => table.replaces ?? []);
  const result = await client.query<{ pid: number }>(
    `SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'relation' AND relation = ANY ($1::oid[]) AND granted
       AND pid <> pg_backend_pid() ORDER BY pid LIMIT 5`,
    [oids],
  );
  const name = qualified({ schema, table: tables[0]!.names.final });
  const who = result.rows.map((row) => row.pid).join(', ') || 'others';
  return runError('PG_SWAP_BUSY', `${name} stayed in use by backends ${who}: end those sessions`, cause);
}
