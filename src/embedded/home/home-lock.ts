/** Serialises all changes to a home's server between processes. */
import { FleetgenError } from '../../base/errors.js';
import { withLock } from './file-lock.js';
import { type Home, unwritableHomeError } from './home.js';

/**
 * Runs `work` with the home's lock held; the signal ends the wait for it. Errors of the file system become a
 * FleetgenError that names the home.
 */
export async function withHomeLock<T>(home: Home, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await withLock(home.lockFile, work, signal);
  } catch (error) {
    const fromSystem = error instanceof Error && 'syscall' in error && !(error instanceof FleetgenError);
    throw fromSystem ? unwritableHomeError(home, error) : error;
  }
}
