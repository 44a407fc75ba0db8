/**
 * A lock between processes: a file that names its holder's process. Two commands that open the embedded server at the
 * same moment must not both initialise it. A holder that died is recognised by its process id.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../../errors.js';
import { isAlive } from './process-alive.js';

const POLL_MS = 25;
const PATIENCE_MS = 180_000;
let serial = 0;

/** Runs `work` while holding the lock. Throws FleetgenError when another live process keeps it for three minutes. */
export async function withLock<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  serial += 1;
  // Unique within the process too: one process may open the server several times at once.
  const ticket = `${process.pid}-${serial}`;
  const draft = `${lockFile}.${ticket}`;
  await writeFile(draft, ticket, { mode: 0o600 });
  try {
    await acquire(lockFile, draft);
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string, draft: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    // A hard link appears with its content or not at all, so a reader never finds a lock without a holder.
    if (await tryLink(draft, lockFile)) return;
    const holder = await readFile(lockFile, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    const pid = Number.parseInt(holder, 10);
    if (!isAlive(pid)) {
      await removeStale(lockFile, holder, `${draft}.stale`);
    } else if (Date.now() > deadline) {
      throw runError(
        'EMBEDDED_LOCKED',
        `process ${pid} has held ${lockFile} for minutes: if that is no fleetgen, delete the file and try again`,
      );
    } else {
      await sleep(POLL_MS);
    }
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away, but gives it back if somebody else had just done that and taken the lock. */
async function removeStale(lockFile: string, holder: string, aside: string): Promise<void> {
  try {
    await rename(lockFile, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, 'utf8').catch(() => holder);
  if (taken !== holder) await tryLink(aside, lockFile);
  await rm(aside, { force: true });
}
