/** The ways a home's server ends: its last user leaves, or the user stops or deletes it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Home, removeHome, resolveHome } from './home/home.js';
import { withHomeLock } from './home/home-lock.js';
import { dataFolderOf, defaultInstanceFolder } from './home/instance-folder.js';
import { countLeases, releaseLease } from './home/lease.js';
import { readRecord, type ServerRecord } from './home/server-record.js';
import { findPostmaster, stopPostmaster } from './process/postmaster.js';

/**
 * Stops the home's server even if it is in use. False if none was running. Throws FleetgenError if it does not stop.
 */
export async function stopEmbedded(homeFolder?: string): Promise<boolean> {
  const home = resolveHome(homeFolder);
  if ((await readRecord(home)) === undefined) return false;
  return await withHomeLock(home, () => stopNow(home));
}

/** Stops the home's server and deletes its data and everything that belongs to it. False if there was nothing. */
export async function resetEmbedded(homeFolder?: string): Promise<boolean> {
  const home = resolveHome(homeFolder);
  // A reset also works with a damaged record; data that it no longer names is deleted when the home is used again.
  const readable = (): Promise<ServerRecord | undefined> => readRecord(home).catch(() => undefined);
  const own = defaultInstanceFolder(home);
  if (!existsSync(home.recordFile) && !existsSync(own)) return false;
  await withHomeLock(home, async () => {
    for (const folder of new Set([(await readable())?.instanceFolder ?? own, own])) {
      const running = await findPostmaster(dataFolderOf(folder));
      if (running !== undefined) await stopPostmaster(running, dataFolderOf(folder));
      await rm(folder, { recursive: true, force: true });
    }
    await rm(home.recordFile, { force: true });
  });
  await removeHome(home);
  return true;
}

/** Releases a lease; the last one stops the server, unless it was asked to stay. */
export async function releaseEmbedded(home: Home, lease: string): Promise<void> {
  await releaseLease(lease);
  // The home may have been reset or deleted by hand.
  if ((await readRecord(home)) === undefined) return;
  await withHomeLock(home, () => stopIfUnused(home));
}

/** Stops the server if it has no user and was not asked to stay. Call with the lock held. */
export async function stopIfUnused(home: Home): Promise<void> {
  const record = await readRecord(home);
  if (record?.stays === false && (await countLeases(home.leaseFolder)) === 0) await stopNow(home);
}

async function stopNow(home: Home): Promise<boolean> {
  const record = await readRecord(home);
  if (record === undefined) return false;
  const dataFolder = dataFolderOf(record.instanceFolder);
  const running = await findPostmaster(dataFolder);
  if (running !== undefined) await stopPostmaster(running, dataFolder);
  return running !== undefined;
}
