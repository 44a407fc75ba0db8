/**
 * Creates a folder with its parents. Node's own recursive mkdir loops forever on file systems that answer ENOENT
 * because they don't support it, such as /proc.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Returns true if it was created here. Throws the file system's error. */
export async function createFolder(folder: string, mode = 0o777): Promise<boolean> {
  if (await isFolder(folder)) return false;
  if (dirname(folder) !== folder) await createFolder(dirname(folder), mode);
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
