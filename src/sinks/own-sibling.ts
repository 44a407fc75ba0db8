/** Whether a file beside the one that a user named is fleetgen's own: only then may it be replaced or removed. */
import { open, stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { requestError } from '../errors.js';
import { errorCode, openError } from './output-errors.js';

export type Sibling = 'vehicle' | 'truth';

/** The first line, a header or a record, whatever the scenario. */
const FIRST_LINE: Record<Sibling, RegExp> = {
  vehicle:
    /^(vehicle_id,vehicle_class,region,home_latitude,home_longitude,driver_id,driver_style,|VEH-\d+,.*,DRV-\d+,)/,
  truth:
    /^(record_id,true_latitude,true_longitude,device_fault,dirt,clean_risk_label\b|\d+,-?\d+\.\d{6},-?\d+\.\d{6},\w+,\w+,(safe|risky)\b)/,
};

const LOOK_BYTES = 4096;

/** Throws a requestError for anything there that is neither empty nor such a file. */
export async function refuseForeign(path: string, sibling: Sibling, gzip: boolean): Promise<void> {
  const beginning = await readBeginning(path);
  const text = beginning && textOf(beginning, gzip);
  if (text === '' || (text !== null && FIRST_LINE[sibling].test(text))) return;
  throw requestError('NOT_OURS', `${path} is no file of fleetgen's and would be lost: move it, or name another path`);
}

/** Empty where nothing stands; null for what is no regular file. */
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

/** What could be unpacked of the beginning of a gzip file; null for another file. */
function textOf(beginning: Buffer, gzip: boolean): string | null {
  if (!gzip || beginning.length === 0) return beginning.toString();
  try {
    return gunzipSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  } catch {
    return null;
  }
}
