/** The flags of `fleetgen generate`: how --help shows them and how their texts become GenerateOptions. */
import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import { FILE_DEFAULTS, PAGE_CODECS, ROW_GROUP_ROWS } from '../../formats/file-options.js';
import { FILE_NAMES, FORMAT_NAMES } from '../../formats/formats.js';
import { PARTITIONS } from '../../plan/shards.js';
import { COPY_FORMATS, DEFAULTS, LIMITS } from '../../run/defaults.js';
import type { GenerateOptions } from '../../run/generate.js';
import { parseTarget, type TargetKind } from '../../run/open-target.js';
import { IF_EXISTS } from '../../sinks/load-target.js';
import { asIs, booleanFlag, flagReader, textFlag } from '../flags/flags.js';
import {
  parseChoice,
  parseDuration,
  parseInterval,
  parseNames,
  parseRange,
  parseWholeNumber,
} from '../flags/parse-options.js';
import { SCENARIO_FLAGS } from '../flags/scenario-flags.js';
import { parseWindow } from '../flags/window-flags.js';
import { LISTENER_FLAGS } from './run-listeners.js';

export const GENERATE_FLAGS = {
  rows: { ...textFlag('Exactly this many records (1000000, 1e6, 1M)', String(DEFAULTS.rows)), alias: 'n' },
  seed: { ...textFlag('0 to 2^53-1; the same seed gives the same records', String(DEFAULTS.seed)), alias: 's' },
  vehicles: textFlag('Size of the fleet', 'what --rows needs'),
  days: textFlag('Length of the window', '14, or what --rows needs'),
  interval: textFlag('Time between records on a trip, 1s to 300s (10s, 1m)', `${DEFAULTS.intervalSeconds}s`),
  end: textFlag('Last day (inclusive), instead of --days', 'none'),
  start: textFlag('First day: YYYY-MM-DD, today or today-30d (UTC)', DEFAULTS.start),
  ...SCENARIO_FLAGS,
  to: {
    ...textFlag(
      `embedded, postgresql://..., postgres (PG* environment), ${FILE_NAMES}, FOLDER/, - or null`,
      DEFAULTS.to,
      {
        words: ['embedded', 'postgres', 'null', '-'],
        files: true,
      },
    ),
    alias: 'o',
  },
  range: textFlag('Only records a (inclusive) to b (exclusive), as a:b', 'all'),
  parts: textFlag('Cut the dataset into N parts for as many machines', 'none'),
  part: textFlag('Only part K of them, from 1 to N', 'none'),
  columns: textFlag('Only these columns, in this order (a,b,c)', 'all'),
  'file-rows': textFlag('Fewest records of a file in a folder, 1024 to 1e9', '65536'),
  'partition-by': textFlag('Subfolders of a folder: day (day=2026-01-05)', 'none', { words: PARTITIONS }),
  format: textFlag(`Of standard output or a folder: ${FORMAT_NAMES.join(', ')}`, 'csv; parquet in a folder', {
    words: FORMAT_NAMES,
  }),
  header: booleanFlag('Header line in CSV files and on stdout (--no-header: none)', 'on'),
  codec: textFlag(`Of Parquet pages: ${PAGE_CODECS.join(', ')}`, FILE_DEFAULTS.codec, { words: PAGE_CODECS }),
  'row-group-rows': textFlag('Most rows of a Parquet row group, 1024 to 131072', String(FILE_DEFAULTS.rowGroupRows)),
  decimals: booleanFlag('Fractions as DECIMAL in Parquet: exact, half the size'),
  table: textFlag('Table of a database', DEFAULTS.table),
  schema: textFlag('Schema of a database', DEFAULTS.schema),
  'if-exists': textFlag(`When the table or file exists: ${IF_EXISTS.join(', ')}`, DEFAULTS.ifExists, {
    words: IF_EXISTS,
  }),
  'keep-previous': textFlag('How many replaced tables to keep as TABLE__old_...', '0'),
  'swap-timeout': textFlag('How long a replacement waits for sessions that block it', '5m'),
  'terminate-blockers': booleanFlag('After --swap-timeout, terminate those sessions'),
  'copy-format': textFlag('COPY format into a database: binary or csv', DEFAULTS.copyFormat, { words: COPY_FORMATS }),
  unlogged: booleanFlag('UNLOGGED tables: faster, but empty after a server crash'),
  truth: booleanFlag('Also the ground truth of each record: TABLE_truth, FILE_truth.csv'),
  'first-record-id': textFlag('Added to every record_id', '0'),
  workers: {
    ...textFlag('Threads, 1 to 256; a database gets two connections per thread', 'one per core'),
    alias: 'j',
  },
  ...LISTENER_FLAGS,
  json: booleanFlag('One JSON summary on stdout (on stderr with --to -)'),
  'dry-run': booleanFlag('Say what would be done and how long it may take; touch nothing'),
  quiet: { ...booleanFlag('No progress, no summary'), alias: 'q' },
} as const satisfies Record<string, Options>;

export type GenerateFlag = keyof typeof GENERATE_FLAGS;

/** How --help groups them; the rest is in a group of its own. */
export const GENERATE_GROUPS: Readonly<Record<string, readonly GenerateFlag[]>> = {
  'Records:': [
    'rows',
    'vehicles',
    'days',
    'interval',
    'start',
    'end',
    'seed',
    'scenario',
    'set',
    'range',
    'parts',
    'part',
    'first-record-id',
  ],
  'Where to:': ['to', 'columns', 'if-exists', 'truth'],
  'Files and standard output:': [
    'format',
    'partition-by',
    'file-rows',
    'header',
    'codec',
    'row-group-rows',
    'decimals',
  ],
  'Databases:': [
    ...(['table', 'schema', 'copy-format', 'unlogged'] as const),
    ...(['keep-previous', 'swap-timeout', 'terminate-blockers'] as const),
  ],
  'The run:': ['dry-run', 'workers', 'quiet', 'json', 'log-format', 'metrics-port'],
};

/** Targets that a flag applies to, if not to all. */
const APPLIES_TO: Partial<Record<GenerateFlag, { readonly kinds: readonly TargetKind[]; readonly place: string }>> = {
  table: { kinds: ['embedded', 'postgres'], place: 'a database' },
  schema: { kinds: ['embedded', 'postgres'], place: 'a database' },
  'if-exists': { kinds: ['embedded', 'postgres', 'file', 'folder'], place: 'a database, a file or a folder' },
  'keep-previous': { kinds: ['embedded', 'postgres'], place: 'a database' },
  'swap-timeout': { kinds: ['embedded', 'postgres'], place: 'a database' },
  'terminate-blockers': { kinds: ['embedded', 'postgres'], place: 'a database' },
  'copy-format': { kinds: ['embedded', 'postgres'], place: 'a database' },
  unlogged: { kinds: ['embedded', 'postgres'], place: 'a database' },
  truth: { kinds: ['embedded', 'postgres', 'file', 'folder'], place: 'a database, a file or a folder' },
  header: { kinds: ['file', 'folder', 'stdout'], place: 'files or standard output' },
  format: { kinds: ['file', 'folder', 'stdout'], place: 'files or standard output' },
  codec: { kinds: ['file', 'folder', 'stdout'], place: 'files or standard output' },
  'row-group-rows': { kinds: ['file', 'folder', 'stdout'], place: 'files or standard output' },
  decimals: { kinds: ['file', 'folder', 'stdout'], place: 'files or standard output' },
};

const REPLACEMENT_FLAGS = ['keep-previous', 'swap-timeout', 'terminate-blockers'] as const;

export type GenerateArguments = Readonly<Partial<Record<GenerateFlag, unknown>>>;

/** Throws a requestError for the first flag that has an invalid value or does not apply to the target. */
export function parseGenerateOptions(given: GenerateArguments, now: Date): GenerateOptions {
  const value = flagReader<GenerateFlag>(given);
  const number = (flag: GenerateFlag, limit: keyof typeof LIMITS) =>
    value(flag, (found) => parseWholeNumber(flag, found, LIMITS[limit]));

  const { start, days } = parseWindow(value, now);
  const options = {
    rows: number('rows', 'rows'),
    seed: number('seed', 'seed'),
    vehicles: number('vehicles', 'vehicles'),
    days,
    intervalSeconds: value('interval', parseInterval),
    start,
    range: value('range', parseRange),
    parts: number('parts', 'parts'),
    part: number('part', 'part'),
    columns: value('columns', parseNames),
    fileRows: number('file-rows', 'fileRows'),
    partitionBy: value('partition-by', (found) => parseChoice('partition-by', found, PARTITIONS)),
    to: value('to', asIs),
    table: value('table', asIs),
    schema: value('schema', asIs),
    ifExists: value('if-exists', (found) => parseChoice('if-exists', found, IF_EXISTS)),
    keepPrevious: number('keep-previous', 'keepPrevious'),
    swapTimeoutMs: value('swap-timeout', (found) => parseDuration('swap-timeout', found)),
    terminateBlockers: parseOnOff(given['terminate-blockers']),
    firstRecordId: number('first-record-id', 'firstRecordId'),
    workers: number('workers', 'workers'),
    copyFormat: value('copy-format', (found) => parseChoice('copy-format', found, COPY_FORMATS)),
    unlogged: parseOnOff(given.unlogged),
    truth: parseOnOff(given.truth),
    header: parseOnOff(given.header),
    codec: value('codec', (found) => parseChoice('codec', found, PAGE_CODECS)),
    rowGroupRows: value('row-group-rows', (found) => parseWholeNumber('row-group-rows', found, ROW_GROUP_ROWS)),
    decimals: parseOnOff(given.decimals),
    format: value('format', (found) => parseChoice('format', found, FORMAT_NAMES)),
  };
  refuseWithoutEffect(given, parseTarget(options.to ?? DEFAULTS.to).kind);
  return Object.fromEntries(Object.entries(options).filter(([, found]) => found !== undefined));
}

function parseOnOff(found: unknown): boolean | undefined {
  return found === undefined ? undefined : found === true;
}

function refuseWithoutEffect(given: GenerateArguments, kind: TargetKind): void {
  for (const [flag, meant] of Object.entries(APPLIES_TO)) {
    if (given[flag as GenerateFlag] === undefined || meant.kinds.includes(kind)) continue;
    throw requestError('BAD_OPTION', `--${flag} has no effect with this --to: it is for ${meant.place}; leave it out`);
  }
  if (given['if-exists'] !== 'append') return;
  for (const flag of REPLACEMENT_FLAGS) {
    if (given[flag] === undefined) continue;
    throw requestError(
      'BAD_OPTION',
      `--${flag} has no effect with --if-exists append, which replaces nothing: leave it out`,
    );
  }
}
