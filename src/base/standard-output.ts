/** Standard output and error for what a command is asked for: data that a closed descriptor would lose without a word. */
import { fstatSync, readSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { runError } from './errors.js';

/** Throws a runError where it is closed: call it before any work that would be lost. */
export function standardOutput(): NodeJS.WriteStream {
  if (isClosed(1)) throw closed('standard output', '> FILE, or > /dev/null');
  return process.stdout;
}

/** The same, for data that goes to standard error. */
export function standardErrorForData(): NodeJS.WriteStream {
  if (isClosed(2)) throw closed('standard error', '2> FILE, or 2> /dev/null');
  return process.stderr;
}

/** Where the JSON summary goes: beside the records where they take standard output. Throws a runError where that is closed. */
export function summaryPlace(recordsOnStdout: boolean): NodeJS.WriteStream {
  return recordsOnStdout ? standardErrorForData() : standardOutput();
}

function closed(name: string, redirection: string) {
  return runError(
    'OUTPUT_CLOSED',
    `${name} is closed, and what belongs there would be lost: redirect it (${redirection})`,
  );
}

/**
 * In place of a closed descriptor Node.js opens /dev/null for reading and writing; `> /dev/null` opens it for writing only. Who
 * opens it for both in our place (subprocess.DEVNULL, stdio 'ignore') can't be told apart.
 */
function isClosed(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    if (!found.isCharacterDevice() || found.rdev !== statSync(devNull).rdev) return false;
    readSync(fd, Buffer.alloc(1));
    return true;
  } catch {
    return false;
  }
}
