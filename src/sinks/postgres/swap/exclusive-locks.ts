/**
 * ACCESS EXCLUSIVE locks on several tables at once, while others read them in any order. A session that waits for a
 * lock while holding another can deadlock with a reader, and the server may abort the reader. So this session waits for
 * its first lock only and takes the others once they are free; if one doesn't become free soon, it releases all and
 * starts with another table.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../pg/client.js';
import { lockHolders } from './lock-holders.js';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
/**
 * While one table is locked, readers of the others are waited for this long; slower ones are waited for by locking
 * their table first.
 */
const REST_MS = 250;
const POLL_MS = 20;

export interface LockableTable {
  readonly oid: string;
  /** Qualified and quoted. */
  readonly name: string;
}

/**
 * Takes the locks in the current transaction, or returns false and holds none at the deadline (compared with Date.now).
 * Waits for the tables of `read` in turn; for those of `rest`, which only a dump of the database locks, if `read` is
 * empty.
 */
export async function lockExclusively(
  client: Client,
  read: readonly LockableTable[],
  rest: readonly LockableTable[],
  deadline: number,
): Promise<boolean> {
  const all = [...read, ...rest];
  const waitedFor = read.length > 0 ? read : rest;
  await client.query('SAVEPOINT unlocked');
  for (let turn = 0; ; turn++) {
    const first = waitedFor[turn % waitedFor.length]!;
    const others = all.filter((table) => table !== first);
    const got = await lock(client, [first], Math.max(1, deadline - Date.now()));
    if (got && (await lockOthers(client, others, all, Math.min(deadline, Date.now() + REST_MS)))) return true;
    await client.query('ROLLBACK TO SAVEPOINT unlocked');
    if (Date.now() >= deadline) return false;
  }
}

/**
 * Takes the locks of the others as soon as none is held. False if one stays held, or its holder waits for this session.
 */
async function lockOthers(
  client: Client,
  others: readonly LockableTable[],
  all: readonly LockableTable[],
  deadline: number,
): Promise<boolean> {
  if (others.length === 0) return true;
  for (;;) {
    const holders = await lockHolders(client, others.map(oidOf), all.map(oidOf));
    // They are free; the time-out covers a session that takes one in between.
    if (holders.length === 0 && (await lock(client, others, 1))) return true;
    if (Date.now() >= deadline || holders.some(({ waits }) => waits)) return false;
    await sleep(POLL_MS);
  }
}

async function lock(client: Client, tables: readonly LockableTable[], waitMs: number): Promise<boolean> {
  await client.query(`SAVEPOINT before; SET LOCAL lock_timeout = ${Math.ceil(waitMs)}`);
  try {
    await client.query(`LOCK TABLE ONLY ${tables.map(({ name }) => name).join(', ONLY ')} IN ACCESS EXCLUSIVE MODE`);
    return true;
  } catch (error) {
    if (!isLockFailure(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT before');
    return false;
  }
}

/** Whether the server's error says that a lock could not be obtained. */
export function isLockFailure(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === LOCK_NOT_AVAILABLE || code === DEADLOCK_DETECTED;
}

export function oidOf({ oid }: LockableTable): string {
  return oid;
}
