/** The flags of `fleetgen bench`: how --help shows them and how their texts become BenchOptions. */
import type { Options } from 'yargs';
import type { BenchOptions } from '../../bench/bench.js';
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, textFlag } from '../flags/flags.js';
import { parseWholeNumber } from '../flags/parse-options.js';

const FILES = { files: true };

export const BENCH_FLAGS = {
  to: textFlag('embedded, postgresql://..., postgres (PG* environment), or null for no database', DEFAULTS.to, {
    words: ['embedded', 'postgres', 'null'],
  }),
  workers: textFlag('Maximum number of threads and load connections, 1 to 256', 'one per core'),
  folder: textFlag(
    'Folder for the disk benchmark and the data of the embedded server',
    "the system's temporary folder",
    FILES,
  ),
  compare: textFlag('An earlier result (--json > FILE) to compare with', 'none', FILES),
  html: textFlag('Write an HTML page with figures and curves', 'none', FILES),
  svg: textFlag('Write an SVG image of the curves', 'none', FILES),
  json: booleanFlag('One JSON object on stdout instead of the table'),
  quiet: booleanFlag('No progress'),
} as const satisfies Record<string, Options>;

/** How --help groups them. */
export const BENCH_GROUPS = {
  'What to measure:': ['to', 'workers', 'folder'],
  'The report:': ['compare', 'html', 'svg', 'json', 'quiet'],
} as const satisfies FlagGroups;

export type BenchFlag = keyof typeof BENCH_FLAGS;
export type BenchArguments = Readonly<Partial<Record<BenchFlag, unknown>>>;

export interface BenchRequest {
  readonly options: Pick<BenchOptions, 'to' | 'workers' | 'folder'>;
  readonly compare: string | undefined;
  readonly html: string | undefined;
  readonly svg: string | undefined;
}

/** Throws a requestError for the first flag with an invalid value. */
export function parseBenchOptions(given: BenchArguments): BenchRequest {
  const get = flagReader(given);
  const to = get('to', asIs);
  const workers = get('workers', (text) => parseWholeNumber('workers', text, LIMITS.workers));
  const folder = get('folder', asIs);
  return {
    options: {
      ...(to !== undefined && { to }),
      ...(workers !== undefined && { workers }),
      ...(folder !== undefined && { folder }),
    },
    compare: get('compare', asIs),
    html: get('html', asIs),
    svg: get('svg', asIs),
  };
}
