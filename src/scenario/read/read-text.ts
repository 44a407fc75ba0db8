/**
 * Reads a text file that a user names, within bounds: never more than allowed, whatever the file is or claims to be.
 */
import { open } from 'node:fs/promises';
import { type FleetgenError, requestError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';

const PIECE = 65_536;

/** Reads at most `maxBytes` of UTF-8. Throws a requestError that names the file. */
export async function readText(path: string, what: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(path, what, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw requestError('SCENARIO_FILE', `${path} is not UTF-8 text: save the ${what} as UTF-8`);
  }
}

async function readBytes(path: string, what: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw tooLarge(path, what, maxBytes);
      const bytes = Buffer.allocUnsafe(maxBytes + 1);
      let length = 0;
      // The size of a pipe or a device is not known before.
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, Math.min(PIECE, bytes.length - length));
        if (bytesRead === 0) return bytes.subarray(0, length);
        length += bytesRead;
        if (length > maxBytes) throw tooLarge(path, what, maxBytes);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, what, error);
  }
}

function tooLarge(path: string, what: string, maxBytes: number): FleetgenError {
  return requestError('SCENARIO_FILE', `${path} is larger than ${maxBytes / 1e6} MB, the limit for a ${what}`);
}

function unreadable(path: string, what: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return requestError('SCENARIO_FILE', `there is no file ${path}: give the path of a ${what}`, error);
  if (code === 'EISDIR') return requestError('SCENARIO_FILE', `${path} is a folder: give the path of a ${what}`, error);
  if (code === 'EACCES') return requestError('SCENARIO_FILE', `${path} can't be read: check its permissions`, error);
  if (typeof code === 'string' && code.startsWith('E')) {
    return requestError(
      'SCENARIO_FILE',
      `${path} can't be read (${systemWords(error)}): give the path of a ${what}`,
      error,
    );
  }
  return error;
}
