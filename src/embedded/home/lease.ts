/**
 * The current users of the server. Several loads may share it: the last to leave stops it, not the one that started it.
 * A lease is a file named after its process, so that of a killed process no longer counts.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../process/server-processes.js';
import { createFolder } from './create-folder.js';

let serial = 0;

/** Registers one use by this process; give the result to releaseLease. Call with the home's lock held. */
export async function acquireLease(folder: string): Promise<string> {
  serial += 1;
  const file = join(folder, `${process.pid}-${serial}`);
  await createFolder(folder, 0o700);
  await writeFile(file, '');
  return file;
}

export async function releaseLease(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** Number of uses by live processes; forgets those of dead ones. Call with the home's lock held. */
export async function countLeases(folder: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (isAlive(Number.parseInt(name, 10))) count += 1;
    else await rm(join(folder, name), { force: true });
  }
  return count;
}
