/** The options of a stream, and the checks of them that need no other option. */
import { Writable } from 'node:stream';
import { requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue, type Limit } from '../base/options.js';
import { COMPRESSIONS, type Compression, type KafkaSpec, type KafkaTls, SASL_MECHANISMS } from '../kafka/kafka-spec.js';
import { DATASET_OPTIONS, type DatasetOptions } from '../run/dataset-options.js';
import { LIMITS } from '../run/defaults.js';
import type { StreamProgress } from './stream-run.js';

/** How to reach the brokers, and what to do there. */
export interface KafkaOptions {
  /** Of the messages; lz4 by default. */
  readonly compression?: Compression;
  /** How long messages may wait for unreachable brokers, in milliseconds, 1 to 3 600 000; two minutes by default. */
  readonly deadlineMs?: number;
  /** Creates a topic that is missing: 1 to 10 000 partitions; one replica by default. */
  readonly createTopic?: { readonly partitions: number; readonly replication?: number };
  /** Encrypts the connection: true, or PEM texts of the brokers' CA and of a client certificate with its key. */
  readonly tls?: boolean | KafkaTls;
  readonly sasl?: NonNullable<KafkaSpec['sasl']>;
}

/**
 * Which records, where to, and when. The options of the dataset are for simulated records: with rows, or days, the stream
 * ends; otherwise it goes on day after day, with 100 vehicles by default.
 */
export interface StreamOptions extends Omit<DatasetOptions, 'range' | 'firstRecordId'> {
  /**
   * kafka://host:port[,host:port]/topic; or a Writable, which gets lines of JSON and is not ended; or - for standard
   * output. A Writable that takes no more holds the stream up, an abort included: destroy it, and the stream fails.
   */
  readonly to: string | Writable;
  /** simulate (the default), embedded, postgresql://..., postgres, or a file, whose records are replayed. */
  readonly from?: string;
  /** The table of a database to replay; fleet_telemetry by default. */
  readonly table?: string;
  /** Its schema; public by default. */
  readonly schema?: string;
  /** Seconds of the data's time per second, up to 1 000 000; Infinity, as fast as possible, by default. */
  readonly speed?: number;
  /** Messages per second, 1 to 10^9, in place of `speed`. */
  readonly rate?: number;
  /** Sends in bursts so many milliseconds apart, 1 to 3 600 000; needs a pace. A steady flow by default. */
  readonly batchEveryMs?: number;
  /** Shifts all times so that the stream begins at this one; not shifted by default. */
  readonly startAt?: 'now' | Date;
  /** Only messages that arrive after this time of the data: the `position` of a stream that was stopped. */
  readonly resumeFrom?: Date;
  /** Producer threads, 1 to 256, at most one per partition; Kafka only. By default up to one for each core. */
  readonly workers?: number;
  readonly kafka?: KafkaOptions;
  /** Aborting it ends the stream when what is under way is delivered; it then rejects with a `StreamError`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: StreamProgress) => void;
  /** Called with one line per warning. */
  readonly onWarning?: (line: string) => void;
}

const TEXTS = ['from', 'table', 'schema'] as const;
const LISTENERS = ['onProgress', 'onWarning'] as const;
const SIMULATION = DATASET_OPTIONS.filter((name) => name !== 'range' && name !== 'firstRecordId');
const KNOWN = [
  ...[...SIMULATION, ...TEXTS, ...LISTENERS],
  ...['to', 'speed', 'rate', 'batchEveryMs', 'startAt', 'resumeFrom', 'workers', 'kafka', 'signal'],
];
const KAFKA = ['compression', 'deadlineMs', 'createTopic', 'tls', 'sasl'];
const DURATION: Limit = { min: 1, max: 3_600_000, example: '5000' };
const PARTITIONS: Limit = { min: 1, max: 10_000, example: '6' };
const REPLICATION: Limit = { min: 1, max: 999, example: '3' };

/** Throws a requestError for an option that is unknown or has no valid value. */
export function checkStreamOptions(options: StreamOptions): void {
  checkKeys("stream's argument", options, KNOWN);
  const isPlace = (value: unknown) => typeof value === 'string' || value instanceof Writable;
  checkValue('to', options.to ?? null, isPlace, 'kafka://host:port/topic, a Writable, or - for standard output');
  for (const name of TEXTS) checkValue(name, options[name], (value) => typeof value === 'string', 'a text');
  for (const name of LISTENERS) checkValue(name, options[name], (value) => typeof value === 'function', 'a function');
  checkValue('speed', options.speed, isSpeed, 'a factor above 0, up to 1000000, or Infinity');
  const isRate = (value: unknown) => typeof value === 'number' && value >= 1 && value <= 1e9;
  checkValue('rate', options.rate, isRate, 'messages per second from 1 to 1000000000');
  checkNumber('batchEveryMs', options.batchEveryMs, DURATION);
  const isTime = (value: unknown) => value instanceof Date && !Number.isNaN(value.getTime());
  checkValue('startAt', options.startAt, (value) => value === 'now' || isTime(value), 'now or a valid Date');
  checkValue('resumeFrom', options.resumeFrom, isTime, 'a valid Date');
  checkNumber('workers', options.workers, LIMITS.workers);
  checkValue('signal', options.signal, (value) => value instanceof AbortSignal, "an AbortController's signal");
  if (options.kafka !== undefined) checkKafkaOptions(options.kafka);
}

function isSpeed(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && (value <= 1e6 || value === Number.POSITIVE_INFINITY);
}

function checkKafkaOptions(options: KafkaOptions): void {
  checkKeys('kafka', options, KAFKA);
  const { compression, deadlineMs, createTopic, tls, sasl } = options;
  const isCompression = (value: unknown) => COMPRESSIONS.some((each) => each === value);
  checkValue('kafka.compression', compression, isCompression, `one of ${COMPRESSIONS.join(', ')}`);
  checkNumber('kafka.deadlineMs', deadlineMs, DURATION);
  if (createTopic !== undefined) {
    checkKeys('kafka.createTopic', createTopic, ['partitions', 'replication']);
    checkNumber('kafka.createTopic.partitions', createTopic.partitions ?? null, PARTITIONS);
    checkNumber('kafka.createTopic.replication', createTopic.replication, REPLICATION);
  }
  if (typeof tls !== 'boolean' && tls !== undefined) checkKeys('kafka.tls', tls, ['ca', 'cert', 'key']);
  if (sasl === undefined) return;
  checkKeys('kafka.sasl', sasl, ['mechanism', 'user', 'password']);
  const { mechanism, user, password } = sasl;
  const isMechanism = SASL_MECHANISMS.some((each) => each === mechanism);
  if (isMechanism && typeof user === 'string' && typeof password === 'string') return;
  // The values are not shown: one of them is a password.
  const known = SASL_MECHANISMS.join(', ');
  throw requestError('BAD_OPTION', `kafka.sasl needs a mechanism (${known}), a user and a password, all of them texts`);
}
