/**
 * ACCESS EXCLUSIVE locks on several tables at once, while others read them in any order. Whoever waits for a lock and has
 * one already can be half of a deadlock, whose other half, a reader, the server may choose to fail. So the session waits
 * for its first lock only; the others it takes once they are free, and if one is not soon, it lets go and begins with another.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../pg/client.js';
import { lockHolders } from './lock-holders.js';

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
/** Readers that are done within this are waited for while one table is locked; others need their turn at it. */
const REST_MS = 250;
const POLL_MS = 20;

export interface LockableTable {
  readonly oid: string;
  /** Qualified and quoted. */
  readonly name: string;
}

/**
 * Takes the locks in the transaction under way, or returns false, with none of them, at the deadline (Date.now). Tables
 * of `read` are waited for, by turns; those of `rest`, which only a dump of the database holds, if there is none to read.
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

/** Takes the locks of the others as soon as nobody has any. False if one stays held, or its holder waits for us. */
async function lockOthers(
  client: Client,
  others: readonly LockableTable[],
  all: readonly LockableTable[],
  deadline: number,
): Promise<boolean> {
  if (others.length === 0) return true;
  for (;;) {
    const holders = await lockHolders(client, others.map(oidOf), all.map(oidOf));
    // As free as they are there is nothing to wait for; the time-out is for who comes in between.
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

/** Of the server's errors those that say that a lock could not be had. */
export function isLockFailure(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === LOCK_NOT_AVAILABLE || code === DEADLOCK_DETECTED;
}

export function oidOf({ oid }: LockableTable): string {
  return oid;
}
