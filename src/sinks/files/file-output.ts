/**
 * Files and devices. A file is written under a temporary name in the same folder and renamed when complete, so that a
 * reader never sees a partial file and a failure leaves an existing one unchanged.
 */
import { type Stats, write as writeCallback } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { requestError, runError } from '../../base/errors.js';
import type { Output } from './output.js';
import { errorCode, openError, writeError } from './output-errors.js';

const write = promisify(writeCallback);

/** A regular file. Throws a requestError for a path that can't be written, or that exists and must not be replaced. */
export async function openFileOutput(path: string, runId: string, mayReplace: boolean): Promise<Output> {
  await refuseExisting(path, mayReplace);
  // A symbolic link stays: its target is replaced.
  const place = await realpath(path).catch(() => danglingTarget(path));
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

/** Where a symbolic link leads to nothing yet; the path itself if it is no link. */
async function danglingTarget(path: string): Promise<string> {
  return readlink(path).then(
    (target) => resolve(dirname(path), target),
    () => path,
  );
}

/** A character or block device, such as /dev/null: written directly. */
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
    // On a full disk a write is short, and only the next one fails, so loop until all is written.
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
    // The number of a closed descriptor may be reused for another file, so no write may be in progress or follow.
    discard: () => {
      discarded = true;
      return last;
    },
  };
}

/** Removes a file that an earlier load left, if it exists. Throws FleetgenError. */
export async function removeFile(path: string): Promise<void> {
  await guarded(path, () => rm(path, { force: true }));
}

/** Throws a requestError for a folder, and for anything else that exists and must not be replaced. */
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
