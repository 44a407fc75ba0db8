/** The flags of `fleetgen verify`: how --help shows them and how their texts become a request. */
import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import { FILE_NAMES, fileKindOf } from '../../formats/formats.js';
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import { parseTarget, type TargetRequest } from '../../run/open-target.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, textFlag } from '../flags/flags.js';
import {
  parseChoice,
  parseEnd,
  parseInterval,
  parseNames,
  parseRange,
  parseStart,
  parseWholeNumber,
} from '../flags/parse-options.js';
import { SCENARIO_FLAGS } from '../flags/scenario-flags.js';

/** What can be checked. */
export const CHECKS = ['exact', 'realism', 'all'] as const;

export const VERIFY_FLAGS = {
  from: textFlag(`embedded, postgresql://..., postgres (PG* environment) or ${FILE_NAMES}`, DEFAULTS.to, {
    words: ['embedded', 'postgres'],
    files: true,
  }),
  checks: textFlag('exact: every value; realism: statistical checks; or all', CHECKS[0], { words: CHECKS }),
  sample: textFlag('Share of the table to compare value by value, 0 to 1', '1'),
  table: textFlag('Table of a database', DEFAULTS.table),
  schema: textFlag('Schema of a database', DEFAULTS.schema),
  ...SCENARIO_FLAGS,
  seed: { ...textFlag('Its seed', `of the table's ledger, or ${DEFAULTS.seed}`), alias: 's' },
  rows: { ...textFlag('Number of records', '1000000, or what --vehicles and --days give'), alias: 'n' },
  vehicles: textFlag('Size of the fleet', 'what --rows needs'),
  days: textFlag('Length of the window', '14, or what --rows needs'),
  interval: textFlag('Time between records on a trip', `${DEFAULTS.intervalSeconds}s`),
  start: textFlag('First day', DEFAULTS.start),
  end: textFlag('Last day (inclusive), instead of --days', 'none'),
  'first-record-id': textFlag('Added to every record_id', '0'),
  columns: textFlag('The columns that were stored (a,b,c)', 'all'),
  range: textFlag('Only these records are expected (a:b)', 'all'),
  truth: booleanFlag('Require the ground truth; if present, it is compared in any case'),
  workers: { ...textFlag('Threads, 1 to 256', 'one per core'), alias: 'j' },
  json: booleanFlag('One JSON object on stdout instead of the table'),
  quiet: { ...booleanFlag('Print nothing; only set the exit code'), alias: 'q' },
} as const satisfies Record<string, Options>;

/** How --help groups them. */
export const VERIFY_GROUPS = {
  'What to check:': ['from', 'table', 'schema', 'checks', 'sample', 'truth'],
  'How it was generated:': [
    ...['rows', 'vehicles', 'days', 'interval', 'start', 'end', 'seed', 'scenario', 'set', 'range', 'columns'],
    'first-record-id',
  ],
  'The run:': ['workers', 'quiet', 'json'],
} as const satisfies FlagGroups;

export type VerifyFlag = keyof typeof VERIFY_FLAGS;
export type VerifyArguments = Readonly<Partial<Record<VerifyFlag, unknown>>>;

export interface VerifyRequest {
  readonly from: TargetRequest;
  readonly checks: (typeof CHECKS)[number];
  readonly table: string;
  readonly schema: string;
  /** Share of the records to compare, 0 to 1. */
  readonly sample: number;
  readonly workers?: number;
  readonly range?: readonly [from: number, to: number];
  /** The columns of the records that were stored; all if absent. */
  readonly columns?: readonly string[];
  /** Whether the ground truth is expected, too. */
  readonly truth: boolean;
  /** Whether flags define the dataset; otherwise a table's ledger may. */
  readonly datasetGiven: boolean;
  readonly dataset: {
    readonly firstRecordId: number;
    readonly seed: number;
    readonly start: string;
    readonly intervalSeconds: number;
    readonly rows?: number;
    readonly vehicles?: number;
    readonly days?: number;
  };
}

const DATASET_FLAGS = [
  'seed',
  'rows',
  'vehicles',
  'days',
  'interval',
  'start',
  'end',
  'first-record-id',
  'range',
] as const;

/** Throws a requestError for the first flag with an invalid value. */
export function parseVerifyOptions(given: VerifyArguments, now: Date): VerifyRequest {
  const get = flagReader<VerifyFlag>(given);
  refuseColumnsOfRealism(given);
  const number = (flag: VerifyFlag, limit: keyof typeof LIMITS) =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[limit]));
  const rows = number('rows', 'rows');
  const vehicles = number('vehicles', 'vehicles');
  const start = get('start', (found) => parseStart(found, now)) ?? DEFAULTS.start;
  const length = number('days', 'days');
  const days = get('end', (found) => parseEnd(found, start, length, now)) ?? length;
  const workers = number('workers', 'workers');
  const range = get('range', parseRange);
  const columns = get('columns', parseNames);
  return {
    from: get('from', sourceOf) ?? { kind: 'embedded' },
    checks: get('checks', (found) => parseChoice('checks', found, CHECKS)) ?? CHECKS[0],
    table: get('table', asIs) ?? DEFAULTS.table,
    schema: get('schema', asIs) ?? DEFAULTS.schema,
    sample: get('sample', parseShare) ?? 1,
    ...(workers !== undefined && { workers }),
    ...(range !== undefined && { range }),
    ...(columns !== undefined && { columns }),
    truth: given.truth === true,
    datasetGiven: DATASET_FLAGS.some((flag) => given[flag] !== undefined),
    dataset: {
      firstRecordId: number('first-record-id', 'firstRecordId') ?? 0,
      seed: number('seed', 'seed') ?? DEFAULTS.seed,
      start,
      intervalSeconds: get('interval', parseInterval) ?? DEFAULTS.intervalSeconds,
      ...(rows !== undefined && { rows }),
      ...(vehicles !== undefined && { vehicles }),
      ...(days !== undefined && { days }),
    },
  };
}

function parseShare(text: string): number {
  const share = /^(0|1|[01]?\.\d+|1e-\d)$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw requestError('BAD_OPTION', `--sample "${text}" is not valid: give a share from 0 to 1, such as 0.1`);
}

function sourceOf(text: string): TargetRequest {
  const file = fileKindOf(text);
  if (file !== undefined) return { kind: 'file', path: text, file };
  const request = parseTarget(text, '--from');
  if (request.kind !== 'stdout' && request.kind !== 'null') return request;
  throw requestError('UNKNOWN_SOURCE', `--from ${text} can't be read from: give a database or a file`);
}

function refuseColumnsOfRealism({ checks, columns }: VerifyArguments): void {
  if (columns === undefined || checks === undefined || checks === 'exact') return;
  throw requestError('BAD_OPTION', `--checks ${checks} needs all columns of the records: leave out --columns`);
}
