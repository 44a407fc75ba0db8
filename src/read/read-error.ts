import { FleetgenError, requestError, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';

/** The name of a column that pandas adds. */
export const PANDAS_INDEX = /^__index_level_\d+__$/;

export function emptyFile(path: string): FleetgenError {
  return requestError('BAD_FILE', `${path} is empty: name a file that generate wrote`);
}

/** The error for a file that could not be read in a format, whose name the message gives. */
export function readError(path: string, format: string, error: unknown): FleetgenError {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return requestError('NO_FILE', `${path} can't be read (${systemWords(error)}): correct its name or mode`, error);
  }
  // Node's own errors come of sizes that the file claims.
  if (code !== undefined && !code.startsWith('ERR_'))
    return runError('READ_FAILED', `${path} can't be read (${systemWords(error)}): see the disk`, error);
  const fix = /codec/i.test(message) ? 'write it with Snappy, zstd or no compression' : 'copy it or create it again';
  return requestError('BAD_FILE', `${path} can't be read as ${format} (${message}): ${fix}`, error);
}
