/** Standard output and error: for requested data, which a closed descriptor would lose silently, and for progress. */
import { fstatSync, readSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { runError } from './errors.js';

/** Throws a runError if it is closed; call it before any work that would be lost. */
export function standardOutput(): NodeJS.WriteStream {
  if (isClosed(1)) throw closed('standard output', '> FILE, or > /dev/null');
  return process.stdout;
}

/** The same for data that goes to standard error. */
export function standardErrorForData(): NodeJS.WriteStream {
  if (isClosed(2)) throw closed('standard error', '2> FILE, or 2> /dev/null');
  return process.stderr;
}

/**
 * The stream for the JSON summary: standard error if the records take standard output. Throws a runError if it is
 * closed.
 */
export function summaryStream(recordsOnStdout: boolean): NodeJS.WriteStream {
  return recordsOnStdout ? standardErrorForData() : standardOutput();
}

/** Whether it is a terminal on which a line can be drawn again; NO_COLOR asks for text without escape sequences. */
export function canRedraw(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
}

function closed(name: string, redirection: string) {
  return runError(
    'OUTPUT_CLOSED',
    `${name} is closed, and what belongs there would be lost: redirect it (${redirection})`,
  );
}

/**
 * In place of a closed descriptor Node.js opens /dev/null for reading and writing; `> /dev/null` opens it for writing
 * only. A parent that opens it for both (subprocess.DEVNULL, stdio 'ignore') can't be told apart.
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
