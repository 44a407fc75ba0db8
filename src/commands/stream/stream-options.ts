/** The flags of `fleetgen stream`: how --help shows them and how their texts become StreamOptions. */

import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import { maskPassword } from '../../base/mask-password.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/time.js';
import { TELEMETRY } from '../../columns/telemetry.js';
import { FILE_NAMES, fileKindOf } from '../../formats/formats.js';
import { connectionOf } from '../../pg/connection/connection.js';
import { isConnectionString } from '../../pg/connection/connection-string.js';
import { telemetryOf } from '../../plan/dataset.js';
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import type { StreamSource } from '../../stream/feeds/open-feed.js';
import type { PaceSettings } from '../../stream/producers/message-pacer.js';
import type { StreamOptions } from '../../stream/stream.js';
import type { StartAt } from '../../stream/stream-start.js';
import { parseStreamTarget } from '../../stream/stream-target.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, type ReadFlag, textFlag } from '../flags/flags.js';
import {
  invalidFlag,
  parseDuration,
  parseEnd,
  parseInterval,
  parseStart,
  parseWholeNumber,
} from '../flags/parse-options.js';
import { SCENARIO_FLAGS } from '../flags/scenario-flags.js';
import { KAFKA_FLAGS, parseKafkaFlags, parseNewTopic } from './kafka-flags.js';

const DEFAULT_VEHICLES = 100;

export const STREAM_FLAGS = {
  to: textFlag('kafka://host:port[,host:port]/topic, or - for lines of JSON on stdout', '-', { words: ['-'] }),
  from: textFlag(`simulate, embedded, postgresql://..., postgres (PG* environment) or ${FILE_NAMES}`, 'simulate', {
    words: ['simulate', 'embedded', 'postgres'],
    files: true,
  }),
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
const SIMULATED_ONLY: readonly StreamFlag[] = [
  'rows',
  'vehicles',
  'days',
  'seed',
  'interval',
  'start',
  'end',
  'workers',
];
const TABLE_ONLY: readonly StreamFlag[] = ['table', 'schema'];

type Get = ReadFlag<StreamFlag>;

/**
 * `scenario`: from --scenario and --set; undefined for the default. Throws a requestError for the first flag that has
 * an invalid value or doesn't apply with the others.
 */
export function parseStreamOptions(
  given: StreamArguments,
  scenario: Scenario | undefined,
  now: Date,
  env: NodeJS.ProcessEnv,
): StreamOptions {
  const get: Get = flagReader(given);
  const target = get('to', parseStreamTarget) ?? ({ kind: 'stdout' } as const);
  if (target.kind === 'stdout') refuseKafkaFlags(given);
  const pace = paceOf(get);
  const resumeFrom = get('resume-from', (found) => parseTime('resume-from', found));
  const startAt = get('start-at', (found) => parseStartAt(found, now));
  const createTopic = get('create-topic', parseNewTopic);
  const workers = get('workers', (found) => parseWholeNumber('workers', found, LIMITS.workers));
  return {
    source: sourceOf(given, get, scenario, now),
    target: target.kind === 'stdout' ? target : { kind: 'kafka', spec: parseKafkaFlags(target, given, env) },
    pace,
    ...(workers !== undefined && { workers }),
    ...(resumeFrom !== undefined && { resumeFrom }),
    ...(startAt !== undefined && { startAt }),
    ...(createTopic !== undefined && { createTopic }),
  };
}

function refuseKafkaFlags(given: StreamArguments): void {
  const flag = KAFKA_ONLY.find((each) => given[each] !== undefined);
  if (flag === undefined) return;
  throw requestError('BAD_OPTION', `--${flag} has no effect on standard output: it is for --to kafka://...`);
}

function sourceOf(given: StreamArguments, get: Get, scenario: Scenario | undefined, now: Date): StreamSource {
  const from = get('from', asIs) ?? 'simulate';
  const refuse = (flags: readonly StreamFlag[], place: string): void => {
    const flag = flags.find((each) => given[each] !== undefined);
    if (flag !== undefined)
      throw requestError('BAD_OPTION', `--${flag} has no effect with this --from: it is for ${place}`);
  };
  const telemetry = scenario === undefined ? TELEMETRY : telemetryOf(scenario);
  if (from !== 'simulate') refuse(SIMULATED_ONLY, '--from simulate');
  const ref = { schema: get('schema', asIs) ?? DEFAULTS.schema, table: get('table', asIs) ?? DEFAULTS.table };
  if (from === 'embedded') return { kind: 'embedded', ref, telemetry };
  if (isConnectionString(from)) {
    return { kind: 'table', connection: connectionOf(from), ref, telemetry };
  }
  refuse(TABLE_ONLY, 'a database');
  if (from === 'simulate') return simulated(get, scenario, now);
  if (fileKindOf(from) !== undefined) return { kind: 'file', path: from, telemetry };
  throw requestError(
    'UNKNOWN_SOURCE',
    `--from "${maskPassword(from)}" is not a source that stream knows: give simulate, embedded, postgresql://user@host/database, postgres or ${FILE_NAMES}`,
  );
}

/** With rows, or vehicles and days, it ends; otherwise it is endless. */
function simulated(get: Get, scenario: Scenario | undefined, now: Date): StreamSource {
  const number = (flag: 'rows' | 'seed' | 'vehicles' | 'days') =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[flag]));
  const rows = number('rows');
  const given = number('vehicles');
  const start = get('start', (found) => parseStart(found, now)) ?? DEFAULTS.start;
  const length = number('days');
  const days = get('end', (found) => parseEnd(found, start, length, now)) ?? length;
  const vehicles = given ?? (rows === undefined ? DEFAULT_VEHICLES : undefined);
  const endless = rows === undefined && days === undefined;
  const request = {
    seed: number('seed') ?? DEFAULTS.seed,
    start,
    intervalSeconds: get('interval', parseInterval) ?? DEFAULTS.intervalSeconds,
    ...(scenario && { scenario }),
    ...(rows !== undefined && { rows }),
    ...(vehicles !== undefined && { vehicles }),
    ...(endless ? { days: 1 } : days !== undefined && { days }),
  };
  return { kind: 'request', request, endless };
}

function paceOf(get: Get): PaceSettings {
  const speed = get('speed', parseSpeed);
  const rate = get('rate', parseRate);
  const batchEveryMs = get('batch-every', (found) => parseDuration('batch-every', found)) ?? 0;
  if (speed !== undefined && speed !== Number.POSITIVE_INFINITY && rate !== undefined) {
    throw requestError('BAD_OPTION', '--speed and --rate both set the pace: give one of them');
  }
  if (batchEveryMs > 0 && rate === undefined && (speed ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY) {
    throw requestError('BAD_OPTION', '--batch-every needs a pace: add --speed 60x or --rate 5000/s');
  }
  return { speed: speed ?? Number.POSITIVE_INFINITY, rate: rate ?? Number.POSITIVE_INFINITY, batchEveryMs };
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
function parseStartAt(found: string, now: Date): StartAt {
  if (found === 'now') return found;
  const match = /^now-(\d{1,5})([mhd])$/.exec(found);
  if (match === null) return parseTime('start-at', found);
  return now.getTime() - Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** A time as an interrupted stream prints it. */
function parseTime(flag: 'resume-from' | 'start-at', found: string): number {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?Z$/.exec(found);
  const ms = match === null ? Number.NaN : Date.parse(found);
  // Date.parse turns 30 February into a day in March: only a valid time survives the round trip.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(match![1]!)) {
    const relative = flag === 'start-at' ? 'now, now-18h or ' : '';
    throw invalidFlag(flag, found, `${relative}a time such as 2026-01-05T08:15:30.000Z`);
  }
  return ms;
}
