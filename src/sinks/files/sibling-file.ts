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
  const format = FORMATS[kind.format];
  const bytes = await readPart(path, format.kind === 'blocks' ? format.signature.at : 'beginning');
  const text = bytes && textOf(bytes, kind.compression);
  const isOurs = (found: string) =>
    format.kind === 'blocks' ? found.includes(format.signature.text) : format.beginning(SCHEMAS[sibling]).test(found);
  if (text === '' || (text !== null && isOurs(text))) return;
  throw requestError(
    'NOT_OURS',
    `${path} was not written by fleetgen and would be lost: move it, or name another path`,
  );
}

/** The first or last bytes. Empty if the file doesn't exist; null if it isn't a regular file. */
async function readPart(path: string, part: 'beginning' | 'end'): Promise<Buffer | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return null;
    const from = part === 'beginning' ? 0 : Math.max(0, found.size - LOOK_BYTES);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, from);
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
