/** The flags of `fleetgen generate`: how --help shows them and how their texts become GenerateOptions. */
import type { Options } from 'yargs';
import { requestError } from '../errors.js';
import { COPY_FORMATS, DEFAULTS, IF_EXISTS, LIMITS } from '../run/defaults.js';
import type { GenerateOptions } from '../run/generate.js';
import { parseTarget, type TargetKind } from '../run/targets.js';
import { parseChoice, parseInterval, parseRange, parseStart, parseWholeNumber } from './parse-options.js';
import { LISTENER_FLAGS } from './run-listeners.js';
import { SCENARIO_FLAGS } from './scenario-flags.js';

/** A flag with a value is read as text, so that yargs changes nothing in it and a repeated one shows as a list. */
const text = (describe: string, defaultDescription?: string): Options => ({
  type: 'string',
  requiresArg: true,
  describe,
  ...(defaultDescription !== undefined && { defaultDescription }),
});

const onOff = (describe: string, defaultDescription: string): Options => ({
  type: 'boolean',
  describe,
  defaultDescription,
});

export const GENERATE_FLAGS = {
  rows: text('Exactly this many records (1000000, 1_000_000, 1e6)', String(DEFAULTS.rows)),
  seed: text('0 to 2^53-1; the same seed gives the same records', String(DEFAULTS.seed)),
  vehicles: text('Size of the fleet', 'what --rows needs'),
  days: text('Length of the window', '14, or what --rows needs'),
  interval: text('Time between records on a trip, 1s to 300s (10s, 1m)', `${DEFAULTS.intervalSeconds}s`),
  start: text('First day: YYYY-MM-DD, today or today-30d (UTC)', DEFAULTS.start),
  ...SCENARIO_FLAGS,
  to: text('embedded, postgresql://..., postgres (PG* environment), FILE.csv, FILE.csv.gz, - or null', DEFAULTS.to),
  range: text('Only the records from a up to but without b (a:b)', 'all'),
  header: onOff('Header line in files and on stdout (--no-header: none)', 'on'),
  table: text('Table of a database', DEFAULTS.table),
  schema: text('Schema of a database', DEFAULTS.schema),
  'if-exists': text('When the table or file exists: fail, append, replace, resume', DEFAULTS.ifExists),
  'keep-previous': text('How many replaced tables stay as TABLE__old_...', '0'),
  'copy-format': text('How rows travel to a database: binary, csv', DEFAULTS.copyFormat),
  unlogged: onOff('Tables written to no log: faster, empty after a crash', 'off'),
  truth: onOff('Also what is true of each record: TABLE_truth, FILE_truth.csv', 'off'),
  'first-record-id': text('Added to every record_id', '0'),
  workers: text('Threads (into a database connections, two a thread), 1 to 256', 'one a core'),
  ...LISTENER_FLAGS,
  json: onOff('One JSON summary on stdout (on stderr with --to -)', 'off'),
  quiet: onOff('No progress, no summary', 'off'),
} as const satisfies Record<string, Options>;

export type GenerateFlag = keyof typeof GENERATE_FLAGS;

/** Where a flag means something, when it is not everywhere. */
const MEANT_FOR: Partial<Record<GenerateFlag, { readonly kinds: readonly TargetKind[]; readonly place: string }>> = {
  table: { kinds: ['embedded', 'postgres'], place: 'a database' },
  schema: { kinds: ['embedded', 'postgres'], place: 'a database' },
  'if-exists': { kinds: ['embedded', 'postgres', 'file'], place: 'a database or a file' },
  'keep-previous': { kinds: ['embedded', 'postgres'], place: 'a database' },
  'copy-format': { kinds: ['embedded', 'postgres'], place: 'a database' },
  unlogged: { kinds: ['embedded', 'postgres'], place: 'a database' },
  truth: { kinds: ['embedded', 'postgres', 'file'], place: 'a database or a file' },
  header: { kinds: ['file', 'stdout'], place: 'a file or standard output' },
};

export type GenerateArguments = Readonly<Partial<Record<GenerateFlag, unknown>>>;

/** Throws a requestError for the first flag whose value is wrong or that has no meaning for the target. */
export function parseGenerateOptions(given: GenerateArguments, now: Date): GenerateOptions {
  const value = <T>(flag: GenerateFlag, parse: (value: string) => T): T | undefined => {
    const found = given[flag];
    if (found === undefined) return undefined;
    if (Array.isArray(found)) throw requestError('BAD_OPTION', `--${flag} is given twice: give it once`);
    // --no-rows comes here as false.
    if (typeof found !== 'string')
      throw requestError('BAD_OPTION', `--${flag} needs a value: --no-${flag} is not a flag`);
    return parse(found);
  };
  const number = (flag: GenerateFlag, limit: keyof typeof LIMITS) =>
    value(flag, (found) => parseWholeNumber(flag, found, LIMITS[limit]));

  const options = {
    rows: number('rows', 'rows'),
    seed: number('seed', 'seed'),
    vehicles: number('vehicles', 'vehicles'),
    days: number('days', 'days'),
    intervalSeconds: value('interval', parseInterval),
    start: value('start', (found) => parseStart(found, now)),
    range: value('range', parseRange),
    to: value('to', nonEmpty('to')),
    table: value('table', nonEmpty('table')),
    schema: value('schema', nonEmpty('schema')),
    ifExists: value('if-exists', (found) => parseChoice('if-exists', found, IF_EXISTS)),
    keepPrevious: number('keep-previous', 'keepPrevious'),
    firstRecordId: number('first-record-id', 'firstRecordId'),
    workers: number('workers', 'workers'),
    copyFormat: value('copy-format', (found) => parseChoice('copy-format', found, COPY_FORMATS)),
    unlogged: onOffOf(given.unlogged),
    truth: onOffOf(given.truth),
    header: onOffOf(given.header),
  };
  refuseMeaningless(given, parseTarget(options.to ?? DEFAULTS.to).kind);
  return Object.fromEntries(Object.entries(options).filter(([, found]) => found !== undefined));
}

function onOffOf(found: unknown): boolean | undefined {
  return found === undefined ? undefined : found === true;
}

function nonEmpty(flag: GenerateFlag) {
  return (found: string): string => {
    if (found === '') throw requestError('BAD_OPTION', `--${flag} has no value: give one, or leave the flag out`);
    return found;
  };
}

function refuseMeaningless(given: GenerateArguments, kind: TargetKind): void {
  for (const [flag, meant] of Object.entries(MEANT_FOR)) {
    if (given[flag as GenerateFlag] === undefined || meant.kinds.includes(kind)) continue;
    throw requestError('BAD_OPTION', `--${flag} means nothing for this --to: it is for ${meant.place}; leave it out`);
  }
}
