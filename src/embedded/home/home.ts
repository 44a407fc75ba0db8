/**
 * The folder that belongs to one embedded server: the record of how to reach it, the lock that serialises its
 * lifecycle, and who uses it right now. The data usually lies beside them, elsewhere only where the server's user
 * could not reach it (instance-folder.ts).
 */
import { chmod, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requestError, runError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';
import { makeFolder } from './make-folder.js';

export interface Home {
  readonly folder: string;
  /** JSON with the password, mode 600. */
  readonly recordFile: string;
  readonly lockFile: string;
  /** One file per use of the server by a live process. */
  readonly leaseFolder: string;
}

/** The home given, else FLEETGEN_HOME, else .fleetgen under the working directory. Touches nothing. */
export function homeAt(folder?: string): Home {
  const root = resolve(folder ?? (process.env.FLEETGEN_HOME || '.fleetgen'));
  return {
    folder: root,
    recordFile: join(root, 'server.json'),
    lockFile: join(root, 'lock'),
    leaseFolder: join(root, 'leases'),
  };
}

const GIT_IGNORE = '*\n';

/** Makes the home where it is missing. Throws a requestError where that can't be done. */
export async function makeHome(home: Home): Promise<void> {
  try {
    if (await makeFolder(home.folder)) {
      // Root's server runs as another user, who has to pass through here; what is secret has its own mode.
      if (process.getuid?.() === 0) await chmod(home.folder, 0o755);
      // The password must not end up in somebody's repository.
      await writeFile(join(home.folder, '.gitignore'), GIT_IGNORE);
    }
    await makeFolder(home.leaseFolder, 0o700);
  } catch (error) {
    throw unwritableHome(home, error);
  }
}

/** Removes what makeHome made, and the folder if nothing else is in it. */
export async function removeHome(home: Home): Promise<void> {
  const ignore = join(home.folder, '.gitignore');
  // A home that the user made and keeps other things in may have one of its own.
  if ((await readFile(ignore, 'utf8').catch(() => '')) === GIT_IGNORE) await rm(ignore);
  await rm(home.leaseFolder, { recursive: true, force: true });
  await rmdir(home.folder).catch(() => {});
}

/** The error for a home that this user may not use. */
export function unwritableHome(home: Home, cause: unknown): Error {
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
