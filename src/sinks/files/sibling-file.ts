/** Whether a file beside the one that a user named is fleetgen's own: only then may it be replaced or removed. */
import { open, stat } from 'node:fs/promises';
import { CODECS } from '../../base/compression/codecs.js';
import type { CompressionName } from '../../base/compression/compression.js';
import { requestError } from '../../base/errors.js';
import type { TableSchema } from '../../columns/column.js';
import { truthSchema } from '../../columns/truth.js';
import { vehicleSchema } from '../../columns/vehicle.js';
import { type FileKind, FORMATS } from '../../formats/formats.js';
import { errorCode, openError } from './output-errors.js';

export type Sibling = 'vehicle' | 'truth';

/** The columns of a scenario without names of its own: those that stand in all of them. */
const SCHEMAS: Readonly<Record<Sibling, TableSchema>> = {
  vehicle: vehicleSchema([], [], []),
  truth: truthSchema([], [], []),
};

const LOOK_BYTES = 4096;

/** Throws a requestError for an existing file that is neither empty nor written by fleetgen. */
export async function refuseForeign(path: string, sibling: Sibling, kind: FileKind): Promise<void> {
  const beginning = await readBeginning(path);
  const text = beginning && textOf(beginning, kind.compression);
  if (text === '' || (text !== null && FORMATS[kind.format].beginning(SCHEMAS[sibling]).test(text))) return;
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

/** What could be decompressed of the beginning of a file; null for one that is not compressed so. */
function textOf(beginning: Buffer, compression: CompressionName | undefined): string | null {
  if (compression === undefined || beginning.length === 0) return beginning.toString();
  try {
    return Buffer.from(CODECS[compression].decompressBeginning(beginning)).toString();
  } catch {
    return null;
  }
}
