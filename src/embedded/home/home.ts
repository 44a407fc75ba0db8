/**
 * The folder that belongs to one embedded server: the record of how to reach it, the lock that serialises its
 * lifecycle, and the leases of its current users. The data is usually there, too, unless the server's user can't access
 * it (instance-folder.ts).
 */
import { chmod, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requestError, runError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';
import { createFolder } from './create-folder.js';

export interface Home {
  readonly folder: string;
  /** JSON with the password, mode 600. */
  readonly recordFile: string;
  readonly lockFile: string;
  /** One file per use of the server by a live process. */
  readonly leaseFolder: string;
}

/** The home given, else FLEETGEN_HOME, else .fleetgen in the working directory. Changes nothing. */
export function resolveHome(folder?: string): Home {
  const root = resolve(folder ?? (process.env.FLEETGEN_HOME || '.fleetgen'));
  return {
    folder: root,
    recordFile: join(root, 'server.json'),
    lockFile: join(root, 'lock'),
    leaseFolder: join(root, 'leases'),
  };
}

const GIT_IGNORE = '*\n';

/** Creates the home if it is missing. Throws a requestError if that fails. */
export async function createHome(home: Home): Promise<void> {
  try {
    if (await createFolder(home.folder)) {
      // Root's server runs as another user, who needs access to this folder; secret files have their own mode.
      if (process.getuid?.() === 0) await chmod(home.folder, 0o755);
      // The password must not be committed to a repository.
      await writeFile(join(home.folder, '.gitignore'), GIT_IGNORE);
    }
    await createFolder(home.leaseFolder, 0o700);
  } catch (error) {
    throw unwritableHomeError(home, error);
  }
}

/** Removes what createHome created, and the folder if it is then empty. */
export async function removeHome(home: Home): Promise<void> {
  const ignore = join(home.folder, '.gitignore');
  // The user's own folder may have its own .gitignore.
  if ((await readFile(ignore, 'utf8').catch(() => '')) === GIT_IGNORE) await rm(ignore);
  await rm(home.leaseFolder, { recursive: true, force: true });
  await rmdir(home.folder).catch(() => {});
}

/** The error for a home that this user may not use. */
export function unwritableHomeError(home: Home, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return runError('EMBEDDED_DISK_FULL', `the disk of ${home.folder} is full: free space and run again`, cause);
  }
  return requestError(
    'EMBEDDED_HOME',
    `cannot use ${home.folder} for the embedded PostgreSQL (${systemWords(cause)}): set FLEETGEN_HOME to another folder, or give a server with --to postgresql://...`,
    cause,
  );
}
