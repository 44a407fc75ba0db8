/** Whether a file beside the one that a user named is fleetgen's own: only then may it be replaced or removed. */
import { open, stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { requestError } from '../../base/errors.js';
import type { Column, TableSchema } from '../../columns/column.js';
import { truthSchema } from '../../columns/truth.js';
import { vehicleSchema } from '../../columns/vehicle.js';
import { csvHeader } from '../../encode/csv.js';
import { errorCode, openError } from './output-errors.js';

export type Sibling = 'vehicle' | 'truth';

const FIRST_LINE: Record<Sibling, RegExp> = {
  vehicle: firstLine(vehicleSchema([], [], [])),
  truth: firstLine(truthSchema([], [], [])),
};

const LOOK_BYTES = 4096;

/** Matches a header or a row that begins with the columns that the schema has in every scenario. */
function firstLine(schema: TableSchema): RegExp {
  const row = schema.columns.map(fieldPattern).join(',');
  return new RegExp(`^(?:${csvHeader(schema).trimEnd()}|${row})(?![^,\\r\\n])`);
}

function fieldPattern({ kind, prefix, decimals, values = [] }: Column): string {
  if (kind === 'tag') return `${prefix}\\d+`;
  if (kind === 'int53') return '\\d+';
  if (kind === 'fixed' || kind === 'fixed53') return `-?\\d+\\.\\d{${decimals}}`;
  if (kind === 'date') return '\\d{4}-\\d\\d-\\d\\d';
  // Without fixed values they come from the scenario.
  return values.length > 0 ? `(?:${values.join('|')})` : '(?:"(?:[^"]|"")*"|[^",\\n]*)';
}

/** Throws a requestError for an existing file that is neither empty nor a sibling that fleetgen wrote. */
export async function refuseForeign(path: string, sibling: Sibling, gzip: boolean): Promise<void> {
  const beginning = await readBeginning(path);
  const text = beginning && textOf(beginning, gzip);
  if (text === '' || (text !== null && FIRST_LINE[sibling].test(text))) return;
  throw requestError(
    'NOT_OURS',
    `${path} was not written by fleetgen and would be lost: move it, or name another path`,
  );
}

/** Empty if the file doesn't exist; null if it isn't a regular file. */
async function readBeginning(path: string): Promise<Buffer | null> {
  try {
    if (!(await stat(path)).isFile()) return null;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw openError(path, error);
  }
}

/** The decompressed beginning of a gzip file as far as it goes; null for any other file. */
function textOf(beginning: Buffer, gzip: boolean): string | null {
  if (!gzip || beginning.length === 0) return beginning.toString();
  try {
    return gunzipSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  } catch {
    return null;
  }
}
