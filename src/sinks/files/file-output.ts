/**
 * Files and devices. A file is made under a temporary name beside its own and renamed when it is whole, so that a reader never
 * sees half a file and a failure leaves what was there before.
 */
import { type Stats, write as writeCallback } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { requestError, runError } from '../../base/errors.js';
import type { Output } from './output.js';
import { errorCode, openError, writeError } from './output-errors.js';

const write = promisify(writeCallback);

/**
 * A regular file. Throws a requestError for a path that can't be written, or that exists when it may not be replaced.
 */
export async function openFileOutput(path: string, runId: string, mayReplace: boolean): Promise<Output> {
  await refuseExisting(path, mayReplace);
  // A link to a file stays a link: what it points to is replaced.
  const place = await realpath(path).catch(() => path);
  const partial = join(dirname(place), `.${basename(place)}.${runId.slice(0, 8)}.partial`);
  const handle = await open(partial, 'wx').catch((error: unknown) => {
    throw openError(path, error);
  });
  const descriptor = descriptorOutput(handle.fd, path);
  let closed = false;
  return {
    write: descriptor.write,
    async close() {
      await guarded(path, async () => {
        await handle.sync();
        closed = true;
        await handle.close();
      });
    },
    async publish() {
      if (!mayReplace && (await lstatOrNothing(place)) !== undefined) {
        throw runError('FILE_EXISTS', `${path} was created meanwhile: move it away and run again`);
      }
      await guarded(path, () => rename(partial, place));
    },
    async discard() {
      await descriptor.discard();
      if (!closed) await closeQuietly(handle);
      await rm(partial, { force: true }).catch(() => {});
    },
  };
}

/** A character or block device, such as /dev/null: written straight. */
export async function openDeviceOutput(path: string): Promise<Output> {
  const handle = await open(path, 'w').catch((error: unknown) => {
    throw openError(path, error);
  });
  const descriptor = descriptorOutput(handle.fd, path);
  return {
    ...descriptor,
    close: () => guarded(path, () => handle.close()),
    async discard() {
      await descriptor.discard();
      await closeQuietly(handle);
    },
  };
}

/** An open descriptor of a file or device that someone else closes. */
export function descriptorOutput(fd: number, name: string): Output {
  let last: Promise<void> = Promise.resolve();
  let discarded = false;
  const writeAll = async (bytes: Uint8Array): Promise<void> => {
    // A full disk takes a part and refuses the rest on the next call: only a loop sees that.
    for (let done = 0; done < bytes.length; ) {
      if (discarded) throw new Error('the output was given up');
      done += (await write(fd, bytes, done, bytes.length - done)).bytesWritten;
    }
  };
  return {
    write(bytes) {
      const written = guarded(name, () => writeAll(bytes));
      last = written.catch(() => {});
      return written;
    },
    close: async () => {},
    publish: async () => {},
    // The number of a closed descriptor may soon be another file's: no write may be under way then, or come later.
    discard: () => {
      discarded = true;
      return last;
    },
  };
}

/** Removes a file that an earlier load left, if it is there. Throws FleetgenError. */
export async function removeFile(path: string): Promise<void> {
  await guarded(path, () => rm(path, { force: true }));
}

/** Throws a requestError for a folder, and for anything else that stands there when it may not be replaced. */
export async function refuseExisting(path: string, mayReplace: boolean): Promise<void> {
  const existing = await lstatOrNothing(path);
  if (existing === undefined) return;
  if (await isFolder(path)) throw requestError('IS_FOLDER', `${path} is a folder: name a file in it`);
  if (!mayReplace) {
    throw requestError('FILE_EXISTS', `file exists: ${path}; use --if-exists replace or name another path`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function lstatOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw openError(path, error);
  }
}

async function guarded<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw writeError(name, error);
  }
}

async function closeQuietly(handle: FileHandle): Promise<void> {
  await handle.close().catch(() => {});
}
