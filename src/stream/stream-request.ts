/** What a stream's options ask for: its source, its target and its pace, which must fit together. */
import { requestError } from '../base/errors.js';
import { maskPassword } from '../base/mask-password.js';
import { definedOf } from '../base/options.js';
import { TELEMETRY } from '../columns/telemetry.js';
import { FILE_NAMES, fileKindOf } from '../formats/formats.js';
import type { KafkaSpec } from '../kafka/kafka-spec.js';
import { connectionOf } from '../pg/connection/connection.js';
import { isConnectionString } from '../pg/connection/connection-string.js';
import { telemetryOf } from '../plan/dataset.js';
import { DEFAULTS } from '../run/defaults.js';
import { isFolderName } from '../run/open-target.js';
import type { Scenario } from '../scenario/model/scenario.js';
import type { StreamSource } from './feeds/open-feed.js';
import type { PaceSettings } from './producers/message-pacer.js';
import type { KafkaOptions, StreamOptions } from './stream-options.js';
import type { StreamRequest } from './stream-run.js';
import { parseStreamTarget } from './stream-target.js';

const DEFAULT_DEADLINE_MS = 120_000;
/** Of a stream without rows. */
export const DEFAULT_VEHICLES = 100;

/** Options that make no difference elsewhere, with the flags that messages name. */
const SIMULATED_ONLY = [
  ['rows', 'rows'],
  ['vehicles', 'vehicles'],
  ['days', 'days'],
  ['seed', 'seed'],
  ['intervalSeconds', 'interval'],
  ['start', 'start'],
  ['workers', 'workers'],
] as const;
const TABLE_ONLY = [
  ['table', 'table'],
  ['schema', 'schema'],
] as const;

/**
 * `scenario`: that of the options, loaded; undefined for the default. Throws a requestError for a place that is not known and
 * for options that don't apply with the others.
 */
export function streamRequest(options: StreamOptions, scenario: Scenario | undefined): StreamRequest {
  const target = targetOf(options);
  const { startAt, signal, onProgress, onWarning, workers } = options;
  const createTopic = options.kafka?.createTopic;
  return {
    source: sourceOf(options, scenario),
    target,
    pace: paceOf(options),
    ...definedOf({
      startAt: startAt instanceof Date ? startAt.getTime() : startAt,
      resumeFrom: options.resumeFrom?.getTime(),
      createTopic: createTopic && { partitions: createTopic.partitions, replication: createTopic.replication ?? 1 },
      ...{ signal, onProgress, onWarning, workers },
    }),
  };
}

/** The brokers and the topic with the choices of a user, and the defaults of what is not chosen. */
export function kafkaSpecOf(
  { brokers, topic }: Pick<KafkaSpec, 'brokers' | 'topic'>,
  { compression = 'lz4', deadlineMs = DEFAULT_DEADLINE_MS, tls = false, sasl }: KafkaOptions,
): KafkaSpec {
  const encrypted = tls === true ? {} : tls;
  return { brokers, topic, compression, deadlineMs, ...(encrypted && { tls: encrypted }), ...(sasl && { sasl }) };
}

function targetOf({ to, kafka, workers }: StreamOptions): StreamRequest['target'] {
  const target = typeof to === 'string' ? parseStreamTarget(to) : ({ kind: 'lines', lines: to } as const);
  if (target.kind === 'kafka') return { kind: 'kafka', spec: kafkaSpecOf(target, kafka ?? {}) };
  const idle = workers !== undefined ? '--workers' : kafka !== undefined ? 'the option kafka' : undefined;
  if (idle === undefined) return target;
  const place = target.kind === 'lines' ? 'a Writable' : 'standard output';
  throw requestError('BAD_OPTION', `${idle} has no effect on ${place}: it is for --to kafka://...`);
}

function sourceOf(options: StreamOptions, scenario: Scenario | undefined): StreamSource {
  const { from = 'simulate' } = options;
  const refuse = (names: readonly (readonly [option: keyof StreamOptions, flag: string])[], place: string): void => {
    const given = names.find(([option]) => options[option] !== undefined);
    if (given !== undefined)
      throw requestError('BAD_OPTION', `--${given[1]} has no effect with this --from: it is for ${place}`);
  };
  const telemetry = scenario === undefined ? TELEMETRY : telemetryOf(scenario);
  if (from !== 'simulate') refuse(SIMULATED_ONLY, '--from simulate');
  const ref = { schema: options.schema ?? DEFAULTS.schema, table: options.table ?? DEFAULTS.table };
  if (from === 'embedded') return { kind: 'embedded', ref, telemetry };
  if (isConnectionString(from)) return { kind: 'table', connection: connectionOf(from), ref, telemetry };
  refuse(TABLE_ONLY, 'a database');
  if (from === 'simulate') return simulated(options, scenario);
  if (fileKindOf(from) !== undefined || isFolderName(from)) return { kind: 'file', path: from, telemetry };
  throw requestError(
    'UNKNOWN_SOURCE',
    `--from "${maskPassword(from)}" is not a source that stream knows: give simulate, embedded, postgresql://user@host/database, postgres, ${FILE_NAMES} or FOLDER/`,
  );
}

/** With rows, or vehicles and days, it ends; otherwise it is endless. */
function simulated(options: StreamOptions, scenario: Scenario | undefined): StreamSource {
  const { seed = DEFAULTS.seed, start = DEFAULTS.start, intervalSeconds = DEFAULTS.intervalSeconds } = options;
  const { rows, days } = options;
  const vehicles = options.vehicles ?? (rows === undefined ? DEFAULT_VEHICLES : undefined);
  const endless = rows === undefined && days === undefined;
  const window = endless ? 1 : days;
  const request = { seed, start, intervalSeconds, ...definedOf({ scenario, rows, vehicles, days: window }) };
  return { kind: 'request', request, endless };
}

function paceOf({ speed, rate, batchEveryMs = 0 }: StreamOptions): PaceSettings {
  const isPaced = speed !== undefined && speed !== Number.POSITIVE_INFINITY;
  if (isPaced && rate !== undefined) {
    throw requestError('BAD_OPTION', '--speed and --rate both set the pace: give one of them');
  }
  if (batchEveryMs > 0 && rate === undefined && !isPaced) {
    throw requestError('BAD_OPTION', '--batch-every needs a pace: add --speed 60x or --rate 5000/s');
  }
  return { speed: speed ?? Number.POSITIVE_INFINITY, rate: rate ?? Number.POSITIVE_INFINITY, batchEveryMs };
}
