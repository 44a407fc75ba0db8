/** The manifest of a folder: which files hold which records. Written last, so a folder that has one is complete. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requestError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { Arrays, TableSchema } from '../../columns/column.js';
import type { FileOptions } from '../../formats/file-options.js';
import { type FormatName, readBatches } from '../../formats/formats.js';
import { type DatasetIdentity, datasetIdentity } from '../../plan/dataset-identity.js';
import type { Partition } from '../../plan/shards.js';
import { errorCode } from '../files/output-errors.js';
import type { Load, OrderedFile } from '../load-target.js';
import { type FolderTable, MANIFEST } from './layout.js';

/** What the files of a folder are made from: equal for equal files. */
export interface FolderLoad extends DatasetIdentity {
  /** Of the whole dataset, of which the range may be a part. */
  readonly datasetRows: number;
  readonly firstRecordId: number;
  readonly truth: boolean;
  readonly columns: readonly string[];
  readonly partitionBy: Partition | null;
  /** Fewest records of a file; null for the usual number. */
  readonly fileRows: number | null;
  readonly format: FormatName;
  readonly options: FileOptions;
}

export interface PartFile {
  readonly table: FolderTable;
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** The records from (inclusive) to (exclusive), and the digest of their rows; none for vehicles. */
  readonly range?: readonly [from: number, to: number];
  readonly digest?: string;
}

export interface Manifest extends FolderLoad {
  readonly manifestVersion: 1;
  readonly rows: number;
  readonly files: readonly PartFile[];
}

export function folderLoadOf(
  { dataset, from, to, truth, cut }: Pick<Load, 'dataset' | 'from' | 'to' | 'truth' | 'cut'>,
  { kind, options }: OrderedFile,
): FolderLoad {
  return {
    ...datasetIdentity(dataset, from, to),
    datasetRows: dataset.rows,
    firstRecordId: dataset.firstRecordId,
    truth,
    partitionBy: cut?.partitionBy ?? null,
    fileRows: cut?.fileRows ?? null,
    columns: dataset.telemetry.columns.map(({ name }) => name),
    format: kind.format,
    options,
  };
}

/** How the two differ, in terms of flags; undefined if they make equal files. */
export function loadDifference(there: FolderLoad, asked: FolderLoad): string | undefined {
  const keys: readonly (keyof FolderLoad)[] = [
    ...(['seed', 'start', 'days', 'vehicles', 'intervalSeconds', 'datasetRows', 'firstRecordId', 'range'] as const),
    ...([
      'truth',
      'partitionBy',
      'fileRows',
      'columns',
      'format',
      'options',
      'algorithmVersion',
      'scenarioHash',
    ] as const),
  ];
  const key = keys.find((each) => JSON.stringify(there[each]) !== JSON.stringify(asked[each]));
  if (key === undefined) return undefined;
  if (key === 'scenarioHash') return 'another scenario';
  return `${key} ${JSON.stringify(there[key])}, not ${JSON.stringify(asked[key])}`;
}

/** That of a finished folder. Throws a requestError for any other. */
export async function requireManifest(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  if (manifest !== undefined) return manifest;
  throw requestError('NO_FILE', `there is no manifest.json in ${folder}: name a folder that generate has finished`);
}

/** The records of a finished folder in their order. The batch is used again. Throws FleetgenError. */
export async function* folderBatches<Known extends Arrays>(
  schema: TableSchema<Known>,
  folder: string,
): AsyncGenerator<Batch<Known>> {
  const { files } = await requireManifest(folder);
  for (const { table, path } of files) if (table === 'telemetry') yield* readBatches(schema, join(folder, path));
}

/** Undefined if the folder has none. Throws a requestError for one that is damaged. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  const found = await readJson(path);
  if (found === undefined) return undefined;
  const { manifestVersion, files } = found as Partial<Manifest>;
  if (manifestVersion === 1 && Array.isArray(files) && files.every(isPart)) return found as Manifest;
  throw damaged(path);
}

/** Undefined for a file that is not there. Throws a requestError for one that is no JSON object. */
export async function readJson(path: string): Promise<object | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw requestError('BAD_FILE', `${path} can't be read (${reason}): name another folder`, error);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // The same as any other text.
  }
  throw damaged(path);
}

function isPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { table, path, rows, bytes } = value as Partial<Record<keyof PartFile, unknown>>;
  const isInside = typeof path === 'string' && /^[a-z]+\/(day=[\d-]+\/)?part-\d+\.[a-z]+$/.test(path);
  return isInside && typeof table === 'string' && Number.isSafeInteger(rows) && Number.isSafeInteger(bytes);
}

function damaged(path: string): Error {
  return requestError('BAD_FILE', `${path} is not what fleetgen wrote: generate the folder again`);
}
