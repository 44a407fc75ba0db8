/** The flags of `fleetgen verify`: how --help shows them and how their texts become a request. */
import type { Options } from 'yargs';
import { requestError } from '../errors.js';
import { DEFAULTS, LIMITS } from '../run/defaults.js';
import { parseTarget, type TargetRequest } from '../run/targets.js';
import { parseChoice, parseInterval, parseStart, parseWholeNumber } from './parse-options.js';
import { SCENARIO_FLAGS } from './scenario-flags.js';

const text = (describe: string, defaultDescription: string): Options => ({
  type: 'string',
  requiresArg: true,
  describe,
  defaultDescription,
});
const onOff = (describe: string): Options => ({ type: 'boolean', describe, defaultDescription: 'off' });

/** What can be checked. */
export const CHECKS = ['realism'] as const;

export const VERIFY_FLAGS = {
  from: text('embedded, postgresql://..., postgres (PG* environment), FILE.csv or FILE.csv.gz', DEFAULTS.to),
  checks: text(`What to check: ${CHECKS.join(', ')}`, CHECKS[0]),
  table: text('Table of a database', DEFAULTS.table),
  schema: text('Schema of a database', DEFAULTS.schema),
  ...SCENARIO_FLAGS,
  seed: text('As it was generated', String(DEFAULTS.seed)),
  rows: text('As it was generated', '1000000, or what --vehicles and --days give'),
  vehicles: text('As it was generated', 'what --rows needs'),
  days: text('As it was generated', '14, or what --rows needs'),
  interval: text('As it was generated', `${DEFAULTS.intervalSeconds}s`),
  start: text('As it was generated', DEFAULTS.start),
  json: onOff('One JSON object on stdout instead of the table'),
  quiet: onOff('Nothing but the exit code'),
} as const satisfies Record<string, Options>;

export type VerifyFlag = keyof typeof VERIFY_FLAGS;
export type VerifyArguments = Readonly<Partial<Record<VerifyFlag, unknown>>>;

export interface VerifyRequest {
  readonly from: TargetRequest;
  readonly checks: (typeof CHECKS)[number];
  readonly table: string;
  readonly schema: string;
  readonly dataset: {
    readonly seed: number;
    readonly start: string;
    readonly intervalSeconds: number;
    readonly rows?: number;
    readonly vehicles?: number;
    readonly days?: number;
  };
}

/** Throws a requestError for the first flag whose value is wrong. */
export function parseVerifyOptions(given: VerifyArguments, now: Date): VerifyRequest {
  const get = <T>(flag: VerifyFlag, parse: (value: string) => T): T | undefined => {
    const found = given[flag];
    if (found === undefined) return undefined;
    if (Array.isArray(found)) throw requestError('BAD_OPTION', `--${flag} is given twice: give it once`);
    if (typeof found !== 'string' || found === '') {
      throw requestError('BAD_OPTION', `--${flag} needs a value: give one, or leave the flag out`);
    }
    return parse(found);
  };
  const number = (flag: 'seed' | 'rows' | 'vehicles' | 'days') =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[flag]));
  const [rows, vehicles, days] = [number('rows'), number('vehicles'), number('days')];
  return {
    from: get('from', sourceOf) ?? { kind: 'embedded' },
    checks: get('checks', (found) => parseChoice('checks', found, CHECKS)) ?? CHECKS[0],
    table: get('table', (found) => found) ?? DEFAULTS.table,
    schema: get('schema', (found) => found) ?? DEFAULTS.schema,
    dataset: {
      seed: number('seed') ?? DEFAULTS.seed,
      start: get('start', (found) => parseStart(found, now)) ?? DEFAULTS.start,
      intervalSeconds: get('interval', parseInterval) ?? DEFAULTS.intervalSeconds,
      ...(rows !== undefined && { rows }),
      ...(vehicles !== undefined && { vehicles }),
      ...(days !== undefined && { days }),
    },
  };
}

function sourceOf(text: string): TargetRequest {
  const request = parseTarget(text);
  if (request.kind !== 'stdout' && request.kind !== 'null') return request;
  throw requestError('UNKNOWN_SOURCE', `--from ${text} holds nothing to read: give a database or a file`);
}
