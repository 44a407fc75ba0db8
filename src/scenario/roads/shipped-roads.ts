/** Road networks of the shipped scenarios' regions, which the build has compiled: reading one takes milliseconds. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('.', import.meta.url);

/** The path of the file for a name, whether it exists or not. */
export function roadsFilePath(name: string): string {
  return fileURLToPath(new URL(`${name}.bin`, FOLDER));
}

/** The file's bytes in shared memory; undefined if it does not exist. */
export function readRoads(name: string): Uint8Array<SharedArrayBuffer> | undefined {
  let file: number;
  try {
    file = openSync(roadsFilePath(name), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer(fstatSync(file).size));
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) return undefined;
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
