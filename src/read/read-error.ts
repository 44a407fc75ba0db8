import { FleetgenError, requestError, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';

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
  return requestError('BAD_FILE', `${path} can't be read as ${format} (${message}): copy it or create it again`, error);
}
