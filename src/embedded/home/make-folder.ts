/**
 * A folder with those above it. Node's own recursive mkdir tries for ever where a file system that has no room for folders
 * says ENOENT, as /proc does.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** True when it was made here. Throws what the file system says. */
export async function makeFolder(folder: string, mode = 0o777): Promise<boolean> {
  if (await isFolder(folder)) return false;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder), mode);
  try {
    await mkdir(folder, mode);
    return true;
  } catch (error) {
    // Another process may make it at the same time.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await isFolder(folder))) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
