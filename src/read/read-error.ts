/** What is wrong with a file that is to be read, in whichever format. */
import { COMPRESSIONS, type Compression, type CompressionName } from '../base/compression/compression.js';
import { FleetgenError, requestError, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';

/** The name of a column that pandas adds. */
export const PANDAS_INDEX = /^__index_level_\d+__$/;

/** The system's codes for a path that is not that of a file to be read. */
const WRONG_NAME: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG']);

export function emptyFile(path: string): FleetgenError {
  return requestError('BAD_FILE', `${path} is empty: name a file that generate wrote`);
}

/** Throws a requestError where this version of Node lacks the compression that a file has. */
export function requireCompression(path: string, compression: CompressionName): void {
  const { name, lacks }: Compression = COMPRESSIONS[compression];
  if (lacks !== undefined) throw requestError('NO_CODEC', `${path} can't be read: ${name} needs ${lacks}`);
}

/** The error of the system, when it does not give a file: of its name, or of the disk. */
export function systemReadError(path: string, error: unknown): FleetgenError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (WRONG_NAME.has(code))
    return requestError('NO_FILE', `${path} can't be read (${systemWords(error)}): correct its name or mode`, error);
  return runError('READ_FAILED', `${path} can't be read (${systemWords(error)}): see the disk`, error);
}

/** The error for a file that a library could not read as its format, whose name the message gives. */
export function columnarReadError(path: string, format: string, error: unknown): FleetgenError {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // Node's own errors come of sizes that the file claims.
  if (code !== undefined && !code.startsWith('ERR_')) return systemReadError(path, error);
  const fix = /codec/i.test(message) ? 'write it with Snappy, zstd or no compression' : 'copy it or create it again';
  return requestError('BAD_FILE', `${path} can't be read as ${format} (${message}): ${fix}`, error);
}
