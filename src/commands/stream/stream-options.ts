/** The flags of `fleetgen stream`: how --help shows them and how their texts become StreamOptions. */

import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import { definedOf } from '../../base/options.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/time.js';
import { FILE_NAMES } from '../../formats/formats.js';
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import type { StreamOptions } from '../../stream/stream-options.js';
import { DEFAULT_VEHICLES } from '../../stream/stream-request.js';
import { parseStreamTarget } from '../../stream/stream-target.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, textFlag } from '../flags/flags.js';
import { invalidFlag, parseDuration, parseInterval, parseWholeNumber } from '../flags/parse-options.js';
import { SCENARIO_FLAGS } from '../flags/scenario-flags.js';
import { parseWindow } from '../flags/window-flags.js';
import { KAFKA_FLAGS, parseKafkaOptions } from './kafka-flags.js';

export const STREAM_FLAGS = {
  to: textFlag('kafka://host:port[,host:port]/topic, or - for lines of JSON on stdout', '-', { words: ['-'] }),
  from: textFlag(
    `simulate, embedded, postgresql://..., postgres (PG* environment), ${FILE_NAMES} or FOLDER/`,
    'simulate',
    {
      words: ['simulate', 'embedded', 'postgres'],
      files: true,
    },
  ),
  table: textFlag('The table of a database to replay', DEFAULTS.table),
  schema: textFlag('The schema of a database to replay', DEFAULTS.schema),
  rows: textFlag('The first N records of generate, in order of arrival', 'no end'),
  vehicles: textFlag('The size of the fleet', `${DEFAULT_VEHICLES}, or what --rows needs`),
  days: textFlag('Length of the window, with --vehicles', 'no end'),
  ...SCENARIO_FLAGS,
  seed: textFlag('0 to 2^53-1; the same seed gives the same records', String(DEFAULTS.seed)),
  interval: textFlag('Time between records on a trip, 1s to 300s', `${DEFAULTS.intervalSeconds}s`),
  start: textFlag('First day: YYYY-MM-DD, today or today-30d (UTC)', DEFAULTS.start),
  end: textFlag('Last day (inclusive), instead of --days', 'none'),
  speed: textFlag('Speed of virtual time: 1x (real time), 60x, or max', 'max'),
  rate: textFlag('Messages per second instead: 5000/s', 'no limit'),
  'batch-every': textFlag('Send in bursts, such as every 5s', 'steady'),
  'start-at': textFlag('Shift all times so that the stream starts at now, now-18h or a given time', 'not shifted'),
  'resume-from': textFlag('Only records that arrive after this time, which an interrupted stream prints'),
  workers: textFlag('Producer threads, each with its share of the partitions', 'up to one per core'),
  ...KAFKA_FLAGS,
  json: booleanFlag('One JSON summary on stdout (on stderr with --to -)'),
  quiet: booleanFlag('No progress, no summary'),
} as const satisfies Record<string, Options>;

/** How --help groups them. */
export const STREAM_GROUPS = {
  'Records:': ['rows', 'vehicles', 'days', 'interval', 'start', 'end', 'seed', 'scenario', 'set'],
  'Where from and where to:': ['from', 'table', 'schema', 'to'],
  'Pace and times:': ['speed', 'rate', 'batch-every', 'start-at', 'resume-from'],
  'Kafka:': ['workers', ...Object.keys(KAFKA_FLAGS)],
  'The run:': ['quiet', 'json'],
} as const satisfies FlagGroups;

export type StreamFlag = keyof typeof STREAM_FLAGS;
export type StreamArguments = Readonly<Partial<Record<StreamFlag, unknown>>>;

const KAFKA_ONLY = ['workers', ...Object.keys(KAFKA_FLAGS)] as readonly StreamFlag[];

/**
 * The options but the scenario. Throws a requestError for the first flag that has an invalid value, or that is for Kafka and
 * the stream is not.
 */
export function parseStreamOptions(given: StreamArguments, now: Date, env: NodeJS.ProcessEnv): StreamOptions {
  const get = flagReader<StreamFlag>(given);
  const to = get('to', asIs) ?? '-';
  const isKafka = parseStreamTarget(to).kind === 'kafka';
  if (!isKafka) refuseKafkaFlags(given);
  const number = (flag: 'rows' | 'seed' | 'vehicles' | 'days' | 'workers') =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[flag]));
  const { start, days } = parseWindow(get, now);
  return {
    to,
    ...definedOf({
      from: get('from', asIs),
      table: get('table', asIs),
      schema: get('schema', asIs),
      rows: number('rows'),
      vehicles: number('vehicles'),
      days,
      seed: number('seed'),
      start,
      intervalSeconds: get('interval', parseInterval),
      speed: get('speed', parseSpeed),
      rate: get('rate', parseRate),
      batchEveryMs: get('batch-every', (found) => parseDuration('batch-every', found)),
      startAt: get('start-at', (found) => parseStartAt(found, now)),
      resumeFrom: get('resume-from', (found) => parseTime('resume-from', found)),
      workers: number('workers'),
      kafka: isKafka ? parseKafkaOptions(given, env) : undefined,
    }),
  };
}

function refuseKafkaFlags(given: StreamArguments): void {
  const flag = KAFKA_ONLY.find((each) => given[each] !== undefined);
  if (flag === undefined) return;
  throw requestError('BAD_OPTION', `--${flag} has no effect on standard output: it is for --to kafka://...`);
}

/** 1x, 0.5x, 60x or max. */
function parseSpeed(found: string): number {
  if (found === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?x$/.test(found) ? Number(found.slice(0, -1)) : 0;
  if (speed <= 0 || speed > 1e6)
    throw invalidFlag('speed', found, 'a factor such as 1x, 0.5x or 60x (up to 1000000x), or max');
  return speed;
}

/** 5000/s; the unit is optional. */
function parseRate(found: string): number {
  const match = /^([\d_]+(?:e\d)?)(?:\/s)?$/.exec(found);
  const rate = match === null ? 0 : Number(match[1]!.replaceAll('_', ''));
  if (!(rate >= 1 && rate <= 1e9)) throw invalidFlag('rate', found, 'messages per second such as 5000/s');
  return rate;
}

const UNIT_MS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** now, now-18h (resolved at once), or a time. */
function parseStartAt(found: string, now: Date): 'now' | Date {
  if (found === 'now') return found;
  const match = /^now-(\d{1,5})([mhd])$/.exec(found);
  if (match === null) return parseTime('start-at', found);
  return new Date(now.getTime() - Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

/** A time as an interrupted stream prints it. */
function parseTime(flag: 'resume-from' | 'start-at', found: string): Date {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?Z$/.exec(found);
  const ms = match === null ? Number.NaN : Date.parse(found);
  // Date.parse turns 30 February into a day in March: only a valid time survives the round trip.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(match![1]!)) {
    const relative = flag === 'start-at' ? 'now, now-18h or ' : '';
    throw invalidFlag(flag, found, `${relative}a time such as 2026-01-05T08:15:30.000Z`);
  }
  return new Date(ms);
}
