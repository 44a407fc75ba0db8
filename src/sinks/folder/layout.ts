/**
 * The names of a folder's files. Parts are named by their first record, so those of disjoint ranges can stand in one
 * folder; what begins with a dot is no data.
 */
import { join } from 'node:path';
import { FORMATS } from '../../formats/formats.js';
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

/** telemetry/part-000000065536.parquet; relative to the folder, with slashes. */
export function partPath(table: FolderTable, first: number, { kind }: OrderedFile): string {
  return `${table}/part-${String(first).padStart(DIGITS, '0')}${FORMATS[kind.format].ending}`;
}

export const PART_NAME = /^part-\d{12,}\.[a-z]+$/;
