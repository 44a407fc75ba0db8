/**
 * --to FILE.csv, FILE.csv.gz and so on: the records in order, and siblings for the vehicles and, where asked, the truth
 * (fleet.csv, fleet_vehicle.csv, fleet_truth.csv). A device or a named pipe under such a name is written straight and
 * has no sibling. A file under a sibling's name that is not fleetgen's own is refused, as nobody named it.
 */
import type { Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { requestError } from '../../base/errors.js';
import { endingOf, type FileKind, FORMATS } from '../../formats/formats.js';
import type { IfExists, Load, LoadTarget, OrderedFile } from '../load-target.js';
import { openDeviceOutput, openFileOutput, refuseExisting, removeFile } from './file-output.js';
import { createOrderedTarget, type Outputs } from './ordered-target.js';
import type { Output } from './output.js';
import { errorCode, openError } from './output-errors.js';
import { refuseForeign, type Sibling } from './sibling-file.js';
import { openPipeOutput } from './stream-output.js';

export interface FileTargetOptions {
  readonly path: string;
  readonly file: OrderedFile;
  readonly ifExists: IfExists;
}

/** `open` throws a requestError for a path that can't be written, or that exists and must not be replaced. */
export function createFileTarget(options: FileTargetOptions): LoadTarget {
  const { path, file } = options;
  return createOrderedTarget({
    name: path,
    file,
    open: (load, cancelled) => openOutputs(options, load, cancelled),
  });
}

/** fleet.csv -> fleet_vehicle.csv, fleet.ndjson.gz -> fleet_vehicle.ndjson.gz. */
export function siblingPath(path: string, sibling: Sibling): string {
  const ending = endingOf(path);
  return `${path.slice(0, path.length - ending.length)}_${sibling}${ending}`;
}

/** The path of the sibling if it exists. */
export async function standingSibling(path: string, sibling: Sibling): Promise<string | undefined> {
  const beside = siblingPath(path, sibling);
  return access(beside).then(
    () => beside,
    () => undefined,
  );
}

async function openOutputs(options: FileTargetOptions, load: Load, cancelled: () => boolean): Promise<Outputs> {
  const { path, ifExists } = options;
  const { kind } = options.file;
  const existing = await statOf(path);
  const isDevice = existing?.isCharacterDevice() || existing?.isBlockDevice();
  if (load.truth && (existing?.isFIFO() || isDevice)) {
    throw requestError('NO_SIBLING', `${path} can't have a ground truth file beside it: leave out --truth`);
  }
  if (existing?.isFIFO()) return { main: await openPipeOutput(path, cancelled) };
  if (isDevice) return { main: await openDeviceOutput(path) };
  if (existing?.isSocket()) throw requestError('NOT_A_FILE', `${path} is a socket: name a file`);
  if (ifExists === 'resume') {
    throw requestError('NO_RESUME', `a file is written completely or not at all: use --if-exists replace for ${path}`);
  }
  if (ifExists === 'append') {
    const orAppend = FORMATS[kind.format].kind === 'text' ? `, or ${appending(kind)}>> ${path}` : ` for ${path}`;
    throw requestError('NO_APPEND', `a file is written completely or not at all: use --if-exists replace${orAppend}`);
  }
  const mayReplace = ifExists === 'replace';
  const opened: Output[] = [];
  const open = async (file: string): Promise<Output> => {
    const output = await openFileOutput(file, load.runId, mayReplace);
    opened.push(output);
    return output;
  };
  const openSibling = async (sibling: Sibling): Promise<Output> => {
    const file = siblingPath(path, sibling);
    if (mayReplace) await refuseForeign(file, sibling, kind);
    return open(file);
  };
  try {
    const main = await open(path);
    const vehicles = await openSibling('vehicle');
    if (load.truth) return { main, vehicles, truth: await openSibling('truth') };
    // The ground truth of an earlier load could be taken for that of these records.
    const truthPath = siblingPath(path, 'truth');
    await refuseExisting(truthPath, mayReplace);
    await refuseForeign(truthPath, 'truth', kind);
    return { main, vehicles, clear: () => removeFile(truthPath) };
  } catch (error) {
    for (const output of opened) await output.discard();
    throw error;
  }
}

/** The command that appends to such a file, up to its redirection. */
function appending({ format, compression }: FileKind): string {
  const options = [
    ...(format === 'csv' ? [] : [`--format ${format}`]),
    ...(FORMATS[format].options.includes('header') ? ['--no-header'] : []),
    ...(compression === undefined ? [] : [`| ${compression}`]),
  ];
  return `--to - ${options.join(' ')} `;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw openError(path, error);
  }
}
