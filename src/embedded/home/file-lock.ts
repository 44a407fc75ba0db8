/**
 * A lock between processes: a symbolic link whose target names its holder's process. Two commands that open the
 * embedded server at the same moment must not both initialise it. Creating a link with its content is atomic and works
 * on a full disk, where stopping a server must still be possible. A dead holder is recognised by its process id.
 */
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../base/errors.js';
import { isAlive } from '../process/server-processes.js';

const POLL_MS = 25;
const PATIENCE_MS = 180_000;
let serial = 0;

/**
 * Runs `work` while holding the lock. Throws FleetgenError if another live process holds it for three minutes, and the
 * signal's reason if it is aborted before `work` begins.
 */
export async function withLock<T>(lockFile: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  serial += 1;
  // Unique within the process too: one process may open the server several times at once.
  const ticket = `${process.pid}-${serial}`;
  await acquire(lockFile, ticket, signal);
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string, ticket: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  signal?.throwIfAborted();
  while (!(await tryLink(ticket, lockFile))) {
    signal?.throwIfAborted();
    const holder = await holderOf(lockFile);
    if (holder === undefined) continue;
    const pid = Number.parseInt(holder, 10);
    if (!isAlive(pid)) {
      await removeStale(lockFile, holder, `${lockFile}.${ticket}`);
    } else if (Date.now() > deadline) {
      throw runError(
        'EMBEDDED_LOCKED',
        `process ${pid} has held ${lockFile} for minutes: if that is not fleetgen, delete the file and try again`,
      );
    } else {
      await sleep(POLL_MS);
    }
  }
}

async function tryLink(ticket: string, lockFile: string): Promise<boolean> {
  try {
    await symlink(ticket, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined if the lock is free by now; empty for a file that is not one of our locks, which no process can hold. */
async function holderOf(lockFile: string): Promise<string | undefined> {
  try {
    return await readlink(lockFile);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : '';
  }
}

/** Removes a dead holder's lock, but restores it if another process had just done so and taken the lock. */
async function removeStale(lockFile: string, holder: string, aside: string): Promise<void> {
  try {
    await rename(lockFile, aside);
  } catch {
    return;
  }
  const taken = await holderOf(aside);
  if (taken && taken !== holder) await tryLink(taken, lockFile);
  await rm(aside, { force: true });
}
