/** A folder for one measurement, removed afterwards; readable by a server that runs as another user. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openError } from '../../sinks/files/output-errors.js';

/** Throws a requestError if `parent` is not a writable folder. */
export async function withTemporaryFolder<T>(
  use: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const path = join(resolve(parent), 'fleetgen-bench-');
  const folder = await mkdtemp(path).catch((error: unknown) => {
    throw openError(path, error);
  });
  try {
    await chmod(folder, 0o755);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
