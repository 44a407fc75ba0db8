/**
 * Renames replaced tables out of the way and built tables to their final names, in one transaction. That needs an
 * exclusive lock on every table, and readers queue behind a session that waits for one. So readers are held up only
 * when current ones are likely to be done soon, and let in again if they are not.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { type IndexNames, qualified, quote, type TableNames } from '../../../pg/identifiers.js';
import { onlyRow } from '../../../pg/only-row.js';
import type { SwapReport } from '../../load-target.js';
import { findDependents, findTable } from '../existing-table.js';
import { runDespiteBlockers, type SwapWait } from './blockers.js';
import { isLockFailure, type LockableTable, lockExclusively, oidOf } from './exclusive-locks.js';
import type { Gates } from './gates.js';
import { describeHolders, terminateHolders } from './lock-holders.js';
import { ReaderWatch } from './reader-watch.js';

/** For statements that run while readers are queued. */
const LOCK_TIMEOUT_MS = 500;
/** How long readers get to finish, with new ones kept out, before their sessions are ended. */
const LAST_HOLD_MS = 2000;
/** How long terminated sessions get to disappear. */
const TERMINATED_MS = 5000;

export interface SwappedTable {
  readonly names: TableNames;
  /** All indexes of the table, the primary key's included. */
  readonly indexes: readonly IndexNames[];
  /** Oid of the table that existed when the load began, or null. */
  readonly replaces: string | null;
  /** False if the old table is removed without a replacement. */
  readonly built: boolean;
}

interface LockableTables {
  /** The existing tables, which anybody may read. */
  readonly read: readonly LockableTable[];
  /** The tables that replace them, which only a dump of the database reads. */
  readonly built: readonly LockableTable[];
}

export interface SwapSessions {
  readonly client: Client;
  /** A session that monitors the client while it waits. */
  readonly watcher: Client;
  readonly gates: Gates;
}

/**
 * Swaps all tables in one transaction, together with the changes of `alongside`. Throws PG_SWAP_BUSY if readers still
 * hold locks at the deadline, and a runError if another relation has appeared under one of the names.
 */
export async function swapTables(
  { client, watcher, gates }: SwapSessions,
  schema: string,
  tables: readonly SwappedTable[],
  terms: SwapWait,
  alongside: () => Promise<void>,
): Promise<SwapReport> {
  const started = Date.now();
  const lockable = await lockableTables(client, schema, tables);
  const oids = [...lockable.read, ...lockable.built].map(oidOf);
  const watch = new ReaderWatch(client, oids);
  const inUse = (sessions: string) =>
    `${qualified({ schema, table: tables[0]!.names.final })} stayed in use (${sessions}): end those sessions or raise --swap-timeout`;
  const holds: number[] = [];

  /** One attempt. The first one mostly needs no gates. */
  const attempt = async (holdMs: number, last: boolean): Promise<boolean> => {
    await client.query('BEGIN');
    let begun: number | undefined;
    try {
      await runDespiteBlockers(client, watcher, terms, inUse, () => lockOutVacuum(client, lockable));
      begun = Date.now();
      if (holds.length > 0 || last) await gates.close(lockable.read, holdMs + TERMINATED_MS);
      let locked = await lockExclusively(client, lockable.read, lockable.built, begun + holdMs);
      if (!locked && last) {
        terms.ended += await terminateHolders(client, oids);
        locked = await lockExclusively(client, lockable.read, lockable.built, Date.now() + TERMINATED_MS);
      }
      if (locked) {
        await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
        await renameAll(client, schema, tables);
        await alongside();
        // A gate left in the queue would lock the new table next.
        await gates.open(client);
      }
      await client.query(locked ? 'COMMIT' : 'ROLLBACK');
      return locked;
    } catch (error) {
      await client.query('ROLLBACK');
      if (isLockFailure(error)) return false;
      throw error;
    } finally {
      await gates.open(client);
      if (begun !== undefined) holds.push(Date.now() - begun);
    }
  };

  for (let first = true, swapped = false; !swapped; first = false) {
    const moment = first || Date.now() < terms.deadline ? await watch.waitForRecentReaders(terms.deadline) : undefined;
    const last = moment === undefined;
    if (last && !terms.terminate) throw runError('PG_SWAP_BUSY', inUse(await describeHolders(client, oids)));
    const holdMs = moment ?? LAST_HOLD_MS;
    swapped = await attempt(holdMs, last);
    if (swapped) break;
    if (last) throw runError('PG_SWAP_BUSY', inUse(await describeHolders(client, oids)));
    // Give readers as much time as they were held up.
    await sleep(Math.max(0, Math.min(holdMs, terms.deadline - Date.now())));
  }
  const seconds = (ms: number) => Math.round(ms) / 1000;
  return {
    seconds: seconds(Date.now() - started),
    holds: holds.length,
    longestHoldSeconds: seconds(Math.max(...holds)),
    ended: terms.ended,
  };
}

async function lockableTables(
  client: Client,
  schema: string,
  tables: readonly SwappedTable[],
): Promise<LockableTables> {
  const read = tables.flatMap(({ names, replaces }) =>
    replaces === null ? [] : [{ oid: replaces, name: qualified({ schema, table: names.final }) }],
  );
  const built: LockableTable[] = [];
  for (const { names } of tables.filter((table) => table.built)) {
    const name = qualified({ schema, table: names.build });
    const found = await client.query<{ oid: string }>('SELECT $1::regclass::oid::text AS oid', [name]);
    built.push({ oid: onlyRow(found).oid, name });
  }
  return { read, built };
}

/**
 * Blocks no reader. Autovacuum is cancelled for a session that waits for its lock; without waiting, the exclusive lock
 * could never be taken.
 */
async function lockOutVacuum(client: Client, { read, built }: LockableTables): Promise<void> {
  const names = [...read, ...built].map(({ name }) => name).join(', ONLY ');
  await client.query(`LOCK TABLE ONLY ${names} IN SHARE UPDATE EXCLUSIVE MODE`);
}

async function renameAll(client: Client, schema: string, tables: readonly SwappedTable[]): Promise<void> {
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

/** Between the check at the start and the lock, someone may have created a view on the table, or another table. */
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
    throw runError(
      'PG_TABLE_CHANGED',
      `${qualified(ref)} was created or dropped by another session meanwhile: run again`,
    );
  }
  if (now === null) return;
  const [first] = await findDependents(
    client,
    now.oid,
    indexes.map((index) => index.final),
  );
  if (first !== undefined) {
    throw runError(
      'PG_DEPENDENTS',
      `${first} was created on ${qualified(ref)} meanwhile and would be lost: drop it and run again`,
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

/** Renaming an index also renames its constraint. */
async function renameIndex(client: Client, schema: string, from: string, to: string): Promise<void> {
  await client.query(`ALTER INDEX ${qualified({ schema, table: from })} RENAME TO ${quote(to)}`);
}
