/**
 * --to FILE.csv or FILE.csv.gz: the records in order, and the vehicles in a sibling (fleet.csv, fleet_vehicle.csv). A device or
 * a named pipe under such a name is written straight and has no sibling.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { requestError } from '../errors.js';
import { openDeviceOutput, openFileOutput } from './file-output.js';
import { createOrderedTarget, type Outputs } from './ordered-target.js';
import { errorCode, openError } from './output-errors.js';
import { openPipeOutput } from './stream-output.js';
import type { Load, LoadTarget } from './target.js';

export interface FileTargetOptions {
  readonly path: string;
  readonly gzip: boolean;
  readonly header: boolean;
  readonly ifExists: 'fail' | 'append' | 'replace';
}

/** `open` throws a requestError for a path that can't be written, or exists when it may not be replaced. */
export function createFileTarget(options: FileTargetOptions): LoadTarget {
  const { path, gzip, header } = options;
  return createOrderedTarget({
    name: path,
    gzip,
    header,
    open: (load, cancelled) => openOutputs(options, load, cancelled),
  });
}

/** fleet.csv -> fleet_vehicle.csv, fleet.csv.gz -> fleet_vehicle.csv.gz. */
export function vehiclePath(path: string): string {
  const ending = /(\.csv)?(\.gz)?$/i.exec(path)![0];
  return `${path.slice(0, path.length - ending.length)}_vehicle${ending}`;
}

async function openOutputs(options: FileTargetOptions, load: Load, cancelled: () => boolean): Promise<Outputs> {
  const { path, ifExists } = options;
  const existing = await statOf(path);
  if (existing?.isFIFO()) return { main: await openPipeOutput(path, cancelled) };
  if (existing?.isCharacterDevice() || existing?.isBlockDevice()) return { main: await openDeviceOutput(path) };
  if (existing?.isSocket()) throw requestError('NOT_A_FILE', `${path} is a socket: name a file`);
  if (ifExists === 'append') {
    throw requestError(
      'NO_APPEND',
      `a file cannot be appended to: use --if-exists replace, or write ${path} by a pipe`,
    );
  }
  const mayReplace = ifExists === 'replace';
  const main = await openFileOutput(path, load.runId, mayReplace);
  try {
    return { main, vehicles: await openFileOutput(vehiclePath(path), load.runId, mayReplace) };
  } catch (error) {
    await main.discard();
    throw error;
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw openError(path, error);
  }
}
