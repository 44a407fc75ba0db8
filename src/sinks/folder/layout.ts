/**
 * The names of a folder's files. Parts are named by their first record, so those of disjoint ranges can stand in one
 * folder; what begins with a dot is no data.
 */
import { basename, dirname, join } from 'node:path';
import { FORMATS } from '../../formats/formats.js';
import type { Shard } from '../../plan/shards.js';
import type { OrderedFile } from '../load-target.js';

/** The tables, each in a subfolder of its own, so that a tool can be pointed at it. */
export const TABLES = ['telemetry', 'vehicle', 'truth'] as const;
export type FolderTable = (typeof TABLES)[number];

export const MANIFEST = 'manifest.json';
/** What an unfinished load knows of itself; removed when the manifest is written. */
export const STATE = '.fleetgen';
export const REQUEST = join(STATE, 'load.json');
export const JOURNAL = join(STATE, 'parts.ndjson');

const DIGITS = 12;

/**
 * telemetry/part-000000065536.parquet, or telemetry/day=2026-01-05/part-000000065536.parquet; relative to the folder, with
 * slashes.
 */
export function partPath(
  table: FolderTable,
  { from, day }: Pick<Shard, 'from' | 'day'>,
  firstRecordId: number,
  { kind }: OrderedFile,
): string {
  const folder = day === undefined ? table : `${table}/day=${day}`;
  return `${folder}/part-${String(firstRecordId + from).padStart(DIGITS, '0')}${FORMATS[kind.format].ending}`;
}

export const PART_NAME = /^part-\d{12,}\.[a-z]+$/;
export const DAY_NAME = /^day=\d{4}-\d\d-\d\d$/;

/** In the same folder, so that a rename suffices. */
export function hiddenBeside(place: string, runId: string, what: string): string {
  return join(dirname(place), `.${basename(place)}.${runId.slice(0, 8)}.${what}`);
}
