/** The flags of `fleetgen stream`: how --help shows them and how their texts become StreamOptions. */
import { readFileSync } from 'node:fs';
import type { Options } from 'yargs';
import type { TableSchema } from '../columns/column.js';
import { TELEMETRY } from '../columns/telemetry.js';
import { requestError } from '../errors.js';
import { maskPassword } from '../mask-password.js';
import { planDataset, telemetryOf } from '../plan/dataset.js';
import { DEFAULTS, LIMITS } from '../run/defaults.js';
import type { Scenario } from '../scenario/scenario.js';
import { COMPRESSIONS, type KafkaSpec, type KafkaTls, SASL_MECHANISMS } from '../sinks/kafka/spec.js';
import type { NewTopic } from '../sinks/kafka/topic.js';
import { connectionOf } from '../sinks/postgres/connection.js';
import type { PaceSettings } from '../stream/pace.js';
import type { Source } from '../stream/source.js';
import type { StreamOptions } from '../stream/stream.js';
import { parseStreamTarget, type StreamTarget } from '../stream/targets.js';
import { parseChoice, parseInterval, parseStart, parseWholeNumber } from './parse-options.js';
import { SCENARIO_FLAGS } from './scenario-flags.js';

const DEFAULT_VEHICLES = 100;
const DEFAULT_DEADLINE = '120s';

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

export const STREAM_FLAGS = {
  to: text('kafka://host:port[,host:port]/topic, or - for lines of JSON on stdout', '-'),
  from: text('simulate, postgresql://..., postgres (PG* environment), FILE.csv or FILE.csv.gz', 'simulate'),
  table: text('Table of a database to replay', DEFAULTS.table),
  schema: text('Schema of a database to replay', DEFAULTS.schema),
  rows: text("generate's first so many records, in order of arrival", 'no end'),
  vehicles: text('Size of the fleet', `${DEFAULT_VEHICLES}, or what --rows needs`),
  days: text('Length of the window, with --vehicles', 'no end'),
  ...SCENARIO_FLAGS,
  seed: text('0 to 2^53-1; the same seed gives the same records', String(DEFAULTS.seed)),
  interval: text('Time between records on a trip, 1s to 300s', `${DEFAULTS.intervalSeconds}s`),
  start: text('First day: YYYY-MM-DD, today or today-30d (UTC)', DEFAULTS.start),
  speed: text('Pace of the time line: 1x as it happens, 60x, or max', 'max'),
  rate: text('Messages per second instead: 5000/s', 'no limit'),
  'batch-every': text('Bursts: what is due leaves every 5s', 'steady'),
  'start-at': text('now: shift all times so that the stream begins now', 'not shifted'),
  'resume-from': text('Only what arrives after this time; an interrupted stream prints it'),
  workers: text('Producers, each a thread with its share of the partitions', '1'),
  'create-topic': text('Make a missing topic: partitions=6[,replication=1]', 'off'),
  compression: text(`Of the messages: ${COMPRESSIONS.join(', ')}`, 'lz4'),
  deadline: text('How long messages may wait for brokers that are away', DEFAULT_DEADLINE),
  tls: onOff('Encrypt the connection to Kafka', 'off'),
  'tls-ca': text("File with the brokers' CA (or FLEETGEN_KAFKA_CA)", "the system's"),
  'tls-cert': text('File with a client certificate (or FLEETGEN_KAFKA_CERT)'),
  'tls-key': text('File with its key (or FLEETGEN_KAFKA_KEY)'),
  sasl: text(`${SASL_MECHANISMS.join(', ')} (or FLEETGEN_KAFKA_SASL)`),
  'sasl-user': text('User (or FLEETGEN_KAFKA_USER); FLEETGEN_KAFKA_PASSWORD has the password'),
  'sasl-password-file': text('File with the password instead'),
  json: onOff('One JSON summary on stdout (on stderr with --to -)', 'off'),
  quiet: onOff('No progress, no summary', 'off'),
} as const satisfies Record<string, Options>;

export type StreamFlag = keyof typeof STREAM_FLAGS;
export type StreamArguments = Readonly<Partial<Record<StreamFlag, unknown>>>;

const KAFKA_ONLY: readonly StreamFlag[] = [
  'workers',
  'create-topic',
  'compression',
  'deadline',
  'tls',
  'tls-ca',
  'tls-cert',
  'tls-key',
  'sasl',
  'sasl-user',
  'sasl-password-file',
];

const SIMULATED_ONLY: readonly StreamFlag[] = ['rows', 'vehicles', 'days', 'seed', 'interval', 'start', 'workers'];
const TABLE_ONLY: readonly StreamFlag[] = ['table', 'schema'];

type Get = <T>(flag: StreamFlag, parse: (value: string) => T) => T | undefined;

/**
 * `scenario`: what --scenario and --set ask for; undefined for the default. Throws a requestError for the first flag whose
 * value is wrong or that has no meaning beside the others.
 */
export function parseStreamOptions(
  given: StreamArguments,
  scenario: Scenario | undefined,
  now: Date,
  env: NodeJS.ProcessEnv,
): StreamOptions {
  const get: Get = (flag, parse) => {
    const found = given[flag];
    if (found === undefined) return undefined;
    if (Array.isArray(found)) throw requestError('BAD_OPTION', `--${flag} is given twice: give it once`);
    if (typeof found !== 'string' || found === '') {
      throw requestError('BAD_OPTION', `--${flag} needs a value: give one, or leave the flag out`);
    }
    return parse(found);
  };
  const target = get('to', parseStreamTarget) ?? ({ kind: 'stdout' } as const);
  if (target.kind === 'stdout') refuseKafkaFlags(given);
  const pace = paceOf(get);
  const resumeFrom = get('resume-from', parseTime);
  const createTopic = get('create-topic', parseNewTopic);
  return {
    source: sourceOf(given, get, scenario, now),
    target: target.kind === 'stdout' ? target : { kind: 'kafka', spec: kafkaSpec(target, given, get, env) },
    pace,
    startNow: get('start-at', (found) => parseChoice('start-at', found, ['now'])) === 'now',
    workers: get('workers', (found) => parseWholeNumber('workers', found, LIMITS.workers)) ?? 1,
    ...(resumeFrom !== undefined && { resumeFrom }),
    ...(createTopic !== undefined && { createTopic }),
  };
}

function refuseKafkaFlags(given: StreamArguments): void {
  const flag = KAFKA_ONLY.find((each) => given[each] !== undefined);
  if (flag === undefined) return;
  throw requestError('BAD_OPTION', `--${flag} means nothing on standard output: it is for --to kafka://...`);
}

function sourceOf(given: StreamArguments, get: Get, scenario: Scenario | undefined, now: Date): Source {
  const from = get('from', (found) => found) ?? 'simulate';
  const refuse = (flags: readonly StreamFlag[], place: string): void => {
    const flag = flags.find((each) => given[each] !== undefined);
    if (flag !== undefined)
      throw requestError('BAD_OPTION', `--${flag} means nothing with this --from: it is for ${place}`);
  };
  const telemetry: TableSchema = scenario === undefined ? TELEMETRY : telemetryOf(scenario);
  if (from !== 'simulate') refuse(SIMULATED_ONLY, '--from simulate');
  if (/^postgres(ql)?:\/\//.test(from) || from === 'postgres') {
    const schema = get('schema', (found) => found) ?? DEFAULTS.schema;
    const table = get('table', (found) => found) ?? DEFAULTS.table;
    return { kind: 'table', connection: connectionOf(from), ref: { schema, table }, telemetry };
  }
  refuse(TABLE_ONLY, 'a database');
  if (from === 'simulate') return simulated(get, scenario, now);
  if (/[^/]\.csv(\.gz)?$/.test(from)) return { kind: 'csv', path: from, telemetry };
  throw requestError(
    'UNKNOWN_SOURCE',
    `--from "${maskPassword(from)}" is not a source that stream knows: give simulate, postgresql://user@host/database, postgres, FILE.csv or FILE.csv.gz`,
  );
}

/** Rows, or vehicles with days, end; otherwise day follows day. */
function simulated(get: Get, scenario: Scenario | undefined, now: Date): Source {
  const number = (flag: 'rows' | 'seed' | 'vehicles' | 'days') =>
    get(flag, (found) => parseWholeNumber(flag, found, LIMITS[flag]));
  const rows = number('rows');
  const given = number('vehicles');
  const days = number('days');
  const vehicles = given ?? (rows === undefined ? DEFAULT_VEHICLES : undefined);
  const endless = rows === undefined && days === undefined;
  const dataset = planDataset({
    seed: number('seed') ?? DEFAULTS.seed,
    start: get('start', (found) => parseStart(found, now)) ?? DEFAULTS.start,
    intervalSeconds: get('interval', parseInterval) ?? DEFAULTS.intervalSeconds,
    ...(scenario && { scenario }),
    ...(rows !== undefined && { rows }),
    ...(vehicles !== undefined && { vehicles }),
    ...(endless ? { days: 1 } : days !== undefined && { days }),
  });
  if (endless) return { kind: 'simulate', dataset, rows: Number.POSITIVE_INFINITY, days: Number.POSITIVE_INFINITY };
  return { kind: 'simulate', dataset, rows: dataset.rows, days: dataset.days };
}

function paceOf(get: Get): PaceSettings {
  const speed = get('speed', parseSpeed);
  const rate = get('rate', parseRate);
  const batchEveryMs = get('batch-every', (found) => parseDuration('batch-every', found)) ?? 0;
  if (speed !== undefined && speed !== Number.POSITIVE_INFINITY && rate !== undefined) {
    throw requestError('BAD_OPTION', '--speed and --rate both set the pace: give one of them');
  }
  if (batchEveryMs > 0 && rate === undefined && (speed ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY) {
    throw requestError('BAD_OPTION', '--batch-every needs a pace to gather: add --speed 60x or --rate 5000/s');
  }
  return { speed: speed ?? Number.POSITIVE_INFINITY, rate: rate ?? Number.POSITIVE_INFINITY, batchEveryMs };
}

function kafkaSpec(
  target: Extract<StreamTarget, { kind: 'kafka' }>,
  given: StreamArguments,
  get: Get,
  env: NodeJS.ProcessEnv,
): KafkaSpec {
  const path = (found: string) => found;
  const tls: KafkaTls = {
    ...file('ca', '--tls-ca', get('tls-ca', path) ?? env.FLEETGEN_KAFKA_CA),
    ...file('cert', '--tls-cert', get('tls-cert', path) ?? env.FLEETGEN_KAFKA_CERT),
    ...file('key', '--tls-key', get('tls-key', path) ?? env.FLEETGEN_KAFKA_KEY),
  };
  const encrypted = given.tls === true || (given.tls !== false && Object.keys(tls).length > 0);
  const sasl = saslOf(get, env);
  return {
    brokers: target.brokers,
    topic: target.topic,
    compression: get('compression', (found) => parseChoice('compression', found, COMPRESSIONS)) ?? 'lz4',
    deadlineMs: parseDuration('deadline', get('deadline', path) ?? DEFAULT_DEADLINE),
    ...(encrypted && { tls }),
    ...(sasl && { sasl }),
  };
}

function saslOf(get: Get, env: NodeJS.ProcessEnv): KafkaSpec['sasl'] {
  const name = get('sasl', (found) => found) ?? env.FLEETGEN_KAFKA_SASL;
  const user = get('sasl-user', (found) => found) ?? env.FLEETGEN_KAFKA_USER;
  const passwordFile = get('sasl-password-file', (found) => found);
  if (name === undefined || name === '') {
    if (user === undefined && passwordFile === undefined) return undefined;
    throw requestError('BAD_OPTION', `a user for Kafka needs --sasl: give one of ${SASL_MECHANISMS.join(', ')}`);
  }
  const mechanism = parseChoice('sasl', name, SASL_MECHANISMS);
  const password =
    passwordFile === undefined
      ? env.FLEETGEN_KAFKA_PASSWORD
      : read('--sasl-password-file', passwordFile).replace(/\r?\n$/, '');
  if (user === undefined || user === '')
    throw requestError('BAD_OPTION', '--sasl needs --sasl-user or FLEETGEN_KAFKA_USER');
  if (password === undefined || password === '') {
    throw requestError(
      'BAD_OPTION',
      '--sasl needs a password: set FLEETGEN_KAFKA_PASSWORD or give --sasl-password-file',
    );
  }
  return { mechanism, user, password };
}

function file(name: keyof KafkaTls, flag: string, path: string | undefined): KafkaTls {
  return path === undefined || path === '' ? {} : { [name]: read(flag, path) };
}

function read(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw requestError('BAD_OPTION', `${flag}: ${path} can't be read; correct its name or mode`, error);
  }
}

/** 1x, 0.5x, 60x or max. */
function parseSpeed(found: string): number {
  if (found === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?x$/.test(found) ? Number(found.slice(0, -1)) : 0;
  if (speed <= 0 || speed > 1e6) throw bad('speed', found, 'a factor such as 1x, 0.5x or 60x (up to 1000000x), or max');
  return speed;
}

/** 5000/s; the unit may be left out. */
function parseRate(found: string): number {
  const match = /^([\d_]+(?:e\d)?)(?:\/s)?$/.exec(found);
  const rate = match === null ? 0 : Number(match[1]!.replaceAll('_', ''));
  if (!(rate >= 1 && rate <= 1e9)) throw bad('rate', found, 'messages per second such as 5000/s');
  return rate;
}

/** 500ms, 5s or 2m; returns milliseconds, up to an hour. */
function parseDuration(flag: string, found: string): number {
  const match = /^(\d{1,7})(ms|s|m)$/.exec(found);
  const ms = match === null ? 0 : Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  if (ms < 1 || ms > 3_600_000) throw bad(flag, found, 'a time such as 500ms, 5s or 2m, up to 60m');
  return ms;
}

/** A time as an interrupted stream prints it. */
function parseTime(found: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(found) ? Date.parse(found) : Number.NaN;
  if (Number.isNaN(ms))
    throw bad('resume-from', found, 'the time that the stream printed, such as 2026-01-05T08:15:30.000Z');
  return ms;
}

/** partitions=6[,replication=1] */
function parseNewTopic(found: string): NewTopic {
  const match = /^partitions=(\d{1,5})(?:,replication=(\d{1,3}))?$/.exec(found);
  const partitions = Number(match?.[1] ?? 0);
  const replication = Number(match?.[2] ?? 1);
  if (partitions < 1 || partitions > 10_000 || replication < 1) {
    throw bad('create-topic', found, 'partitions=6 or partitions=6,replication=3');
  }
  return { partitions, replication };
}

function bad(flag: string, found: string, allowed: string) {
  return requestError('BAD_OPTION', `--${flag} "${found}" is not valid: give ${allowed}`);
}
