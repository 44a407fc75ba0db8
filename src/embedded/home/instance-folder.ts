/**
 * The location of an instance (data, settings, copied binaries): in the home, unless the server's user has no access
 * there, as in a checkout under /root; then in a system folder named after the home.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runError } from '../../base/errors.js';
import { findPostmaster, stopPostmaster } from '../process/postmaster.js';
import type { ServerUser } from '../process/run-program.js';
import { canOwnFolderIn } from '../process/server-user.js';
import { createFolder } from './create-folder.js';
import { type Home, unwritableHomeError } from './home.js';

/** The data folder (PGDATA) of an instance. */
export function dataFolderOf(instanceFolder: string): string {
  return join(instanceFolder, 'data');
}

/** The major version of PostgreSQL that made an instance's data, or undefined if there is no data. */
export async function dataVersion(instanceFolder: string): Promise<string | undefined> {
  const text = await readFile(join(dataFolderOf(instanceFolder), 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text?.trim();
}

/** The server's log, in the data folder because the server's user writes it. */
export function logFileOf(instanceFolder: string): string {
  return join(dataFolderOf(instanceFolder), 'server.log');
}

/** The instance folder inside the home, its default location. */
export function defaultInstanceFolder(home: Home): string {
  return join(home.folder, 'postgres');
}

/**
 * Creates and returns the folder for a new instance. Call with the home's lock held. Throws FleetgenError if no folder
 * is suitable.
 */
export async function createInstanceFolder(home: Home, user: ServerUser | undefined): Promise<string> {
  const own = defaultInstanceFolder(home);
  try {
    await createFolder(own, 0o755);
    if (user === undefined) return own;
    await chmod(own, 0o755);
  } catch (error) {
    throw unwritableHomeError(home, error);
  }
  if (await canOwnFolderIn(user, own)) return own;
  await rm(own, { recursive: true, force: true });

  const folders = relocated(home);
  for (const folder of folders) {
    if (!(await claim(folder))) continue;
    if (await canOwnFolderIn(user, folder)) return folder;
    await rm(folder, { recursive: true, force: true });
  }
  throw runError(
    'EMBEDDED_NO_FOLDER',
    `as root, the embedded PostgreSQL runs as user ${user.name}, who can write neither below ${home.folder} nor in ${folders.join(' or ')}: set FLEETGEN_HOME to a folder that others can enter, or run fleetgen as an ordinary user`,
  );
}

function relocated(home: Home): string[] {
  const name = createHash('sha256').update(home.folder).digest('hex').slice(0, 12);
  return [join('/var/lib/fleetgen', name), join(tmpdir(), `fleetgen-${process.getuid?.() ?? 0}-${name}`)];
}

/** Creates the folder, or empties our own; false if that fails or if it belongs to another user. */
async function claim(folder: string): Promise<boolean> {
  try {
    await createFolder(join(folder, '..'), 0o755);
    await mkdir(folder, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const found = await lstat(folder);
    // In a world-writable folder such as /tmp another user may have created a link or a folder of that name.
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    // Left by an earlier home at this path that was deleted by hand: without its password it is useless.
    const orphan = await findPostmaster(dataFolderOf(folder));
    if (orphan !== undefined) await stopPostmaster(orphan, dataFolderOf(folder));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o755 });
    await chmod(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}
