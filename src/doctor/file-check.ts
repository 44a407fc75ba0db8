/** A file to be written: whether its folder takes one, and how much fits. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../base/format-numbers.js';
import { freeBytes } from '../bench/measure/disk.js';
import { openError } from '../sinks/files/output-errors.js';
import { type Check, failed, ok } from './check.js';

export async function fileCheck(path: string): Promise<Check> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok('file', `${path} can be written; ${formatBytes(await freeBytes(folder))} are free there`);
  } catch (error) {
    return failed('file', openError(path, error));
  }
}
