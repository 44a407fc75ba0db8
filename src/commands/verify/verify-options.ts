/** The flags of `fleetgen verify`: how --help shows them and how their texts become a request. */
import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import { definedOf } from '../../base/options.js';
import { FILE_NAMES } from '../../formats/formats.js';
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import { CHECKS, parseSource, type VerifyOptions } from '../../verify/verify.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, textFlag } from '../flags/flags.js';
import { parseChoice, parseInterval, parseNames, parseRange, parseWholeNumber } from '../flags/parse-options.js';
import { SCENARIO_FLAGS } from '../flags/scenario-flags.js';
import { parseWindow } from '../flags/window-flags.js';

export const VERIFY_FLAGS = {
  from: textFlag(`embedded, postgresql://..., postgres (PG* environment) ${FILE_NAMES} or FOLDER/`, DEFAULTS.to, {
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

/** Throws a requestError for the first flag with an invalid value. */
export function parseVerifyOptions(given: VerifyArguments, now: Date): VerifyOptions {
  const get = flagReader<VerifyFlag>(given);
  const number = (flag: VerifyFlag, limit: keyof typeof LIMITS) =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[limit]));
  const { start, days } = parseWindow(get, now);
  const from = get('from', (found) => parseSource(found) && found) ?? DEFAULTS.to;
  const rest = definedOf({
    checks: get('checks', (found) => parseChoice('checks', found, CHECKS)),
    table: get('table', asIs),
    schema: get('schema', asIs),
    sample: get('sample', parseShare),
    rows: number('rows', 'rows'),
    vehicles: number('vehicles', 'vehicles'),
    days,
    seed: number('seed', 'seed'),
    firstRecordId: number('first-record-id', 'firstRecordId'),
    start,
    intervalSeconds: get('interval', parseInterval),
    range: get('range', parseRange),
    columns: get('columns', parseNames),
    workers: number('workers', 'workers'),
    truth: given.truth === true,
  });
  return { from, ...rest };
}

function parseShare(text: string): number {
  const share = /^(0|1|[01]?\.\d+|1e-\d)$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw requestError('BAD_OPTION', `--sample "${text}" is not valid: give a share from 0 to 1, such as 0.1`);
}
