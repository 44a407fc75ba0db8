/** Error messages for what the file system refuses. */
import { dirname } from 'node:path';
import { type FleetgenError, requestError, runError } from '../../base/errors.js';

/** Before any change: exit code 2 for a place that can't be written, 1 for a disk that failed. */
export function openError(path: string, error: unknown): FleetgenError {
  switch (errorCode(error)) {
    case 'ENOENT':
      return requestError('NO_FOLDER', `no folder ${dirname(path)}: create it or name another path`, error);
    case 'EACCES':
    case 'EPERM':
      return requestError('NOT_WRITABLE', `cannot write ${path}: permission denied; name a path you may write`, error);
    case 'EROFS':
      return requestError(
        'NOT_WRITABLE',
        `cannot write ${path}: the file system is read-only; name another path`,
        error,
      );
    case 'ENOTDIR':
      return requestError('NO_FOLDER', `${dirname(path)} is not a folder: name another path`, error);
    case 'EISDIR':
      return requestError('IS_FOLDER', `${path} is a folder: name a file in it`, error);
    case 'ENAMETOOLONG':
      return requestError(
        'NAME_TOO_LONG',
        `the name of ${path} is too long for the file system: choose a shorter one`,
        error,
      );
    default:
      return writeError(path, error);
  }
}

/** While writing, closing or renaming. A closed pipe has its own code, as it is not a failure. */
export function writeError(name: string, error: unknown): FleetgenError {
  switch (errorCode(error)) {
    case 'EPIPE':
    case 'ECONNRESET':
      return runError(READER_CLOSED, `the reader of ${name} has closed it`, error);
    case 'ENOSPC':
      return runError('DISK_FULL', `no space left to write ${name}: free some space or choose another place`, error);
    case 'EDQUOT':
      return runError(
        'DISK_FULL',
        `the disk quota is used up, writing ${name}: free some space or choose another place`,
        error,
      );
    case 'EFBIG':
      return runError(
        'FILE_TOO_LARGE',
        `${name} grew past the largest size allowed here: raise the limit or ask for fewer rows`,
        error,
      );
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return runError('WRITE_FAILED', `cannot write ${name}: ${reason}`, error);
    }
  }
}

/** Code of the FleetgenError for a pipe whose reader has closed it; the command line ends quietly. */
export const READER_CLOSED = 'READER_CLOSED';

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
