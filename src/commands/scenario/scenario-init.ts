/**
 * Writes a scenario file to start from: a copy of a shipped one, comments included, that refers to the schema for
 * editors.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requestError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';
import { isShipped, SCHEMA_URL, SHIPPED, shippedPath } from '../../scenario/read/shipped.js';
import { parseChoice } from '../flags/parse-options.js';

/** Throws a requestError if the file exists or can't be written, or if `from` is not a shipped scenario. */
export async function initScenario(file: string, from: unknown): Promise<void> {
  const names = Object.keys(SHIPPED);
  const name = from === undefined ? 'default' : parseChoice('from', String(from), names);
  if (!isShipped(name)) throw new Error(`${name} is listed but not shipped`);
  const text = await readFile(shippedPath(name), 'utf8');
  try {
    await writeFile(file, header(file) + text, { flag: 'wx' });
  } catch (error) {
    throw unwritable(file, error);
  }
}

function header(file: string): string {
  const schema = relative(dirname(resolve(file)), fileURLToPath(SCHEMA_URL))
    .split(sep)
    .join('/');
  return `# yaml-language-server: $schema=${schema}
#
# A scenario says only what differs from the defaults: keep what you change, delete the rest. Maps merge key by key, lists
# are replaced whole, and null removes an entry (regions.berlin: null).
#
#   fleetgen scenario check ${file}
#   fleetgen generate --scenario ${file}

`;
}

function unwritable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'EEXIST')
    return requestError('FILE_EXISTS', `${file} exists: name another file, or delete it first`, error);
  return requestError(
    'FILE_UNWRITABLE',
    `${file} can't be written (${systemWords(error)}): name a file in a folder that exists`,
    error,
  );
}
