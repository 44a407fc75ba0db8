/**
 * The flags of `fleetgen stream` for connecting to Kafka. Passwords come from the environment or a file, never from a
 * flag.
 */
import { readFileSync } from 'node:fs';
import { requestError } from '../../base/errors.js';
import { definedOf } from '../../base/options.js';
import { COMPRESSIONS, type KafkaSpec, type KafkaTls, SASL_MECHANISMS } from '../../kafka/kafka-spec.js';
import type { NewTopic } from '../../kafka/topic.js';
import type { KafkaOptions } from '../../stream/stream-options.js';
import { kafkaSpecOf } from '../../stream/stream-request.js';
import { asIs, booleanFlag, flagReader, textFlag } from '../flags/flags.js';
import { invalidFlag, parseChoice, parseDuration } from '../flags/parse-options.js';

const FILES = { files: true };

/** How to connect. */
export const KAFKA_CONNECTION_FLAGS = {
  tls: booleanFlag('Encrypt the connection to Kafka'),
  'tls-ca': textFlag("File with the brokers' CA (or FLEETGEN_KAFKA_CA)", "the system's", FILES),
  'tls-cert': textFlag('File with a client certificate (or FLEETGEN_KAFKA_CERT)', undefined, FILES),
  'tls-key': textFlag('File with the key of that certificate (or FLEETGEN_KAFKA_KEY)', undefined, FILES),
  sasl: textFlag(`${SASL_MECHANISMS.join(', ')} (or FLEETGEN_KAFKA_SASL)`, undefined, { words: SASL_MECHANISMS }),
  'sasl-user': textFlag('User (or FLEETGEN_KAFKA_USER); password in FLEETGEN_KAFKA_PASSWORD'),
  'sasl-password-file': textFlag('File with the password instead', undefined, FILES),
} as const;

export const KAFKA_FLAGS = {
  'create-topic': textFlag('Create a missing topic: partitions=6[,replication=1]', 'off'),
  compression: textFlag(`Of the messages: ${COMPRESSIONS.join(', ')}`, 'lz4', { words: COMPRESSIONS }),
  deadline: textFlag('How long messages may wait for unreachable brokers', '120s'),
  ...KAFKA_CONNECTION_FLAGS,
} as const;

export type KafkaFlag = keyof typeof KAFKA_FLAGS;
export type KafkaArguments = Readonly<Partial<Record<KafkaFlag, unknown>>>;

/** How to reach the brokers. Throws a requestError for the first invalid flag or variable. */
export function parseKafkaOptions(given: KafkaArguments, env: NodeJS.ProcessEnv): KafkaOptions {
  const get = flagReader<KafkaFlag>(given);
  const files: KafkaTls = {
    ...file('ca', '--tls-ca', get('tls-ca', asIs) ?? env.FLEETGEN_KAFKA_CA),
    ...file('cert', '--tls-cert', get('tls-cert', asIs) ?? env.FLEETGEN_KAFKA_CERT),
    ...file('key', '--tls-key', get('tls-key', asIs) ?? env.FLEETGEN_KAFKA_KEY),
  };
  const encrypted = given.tls === true || (given.tls !== false && Object.keys(files).length > 0);
  return definedOf({
    compression: get('compression', (found) => parseChoice('compression', found, COMPRESSIONS)),
    deadlineMs: get('deadline', (found) => parseDuration('deadline', found)),
    createTopic: get('create-topic', parseNewTopic),
    tls: encrypted && files,
    sasl: saslOf(given, env),
  });
}

/** The same with the brokers and the topic. */
export function parseKafkaFlags(
  place: Pick<KafkaSpec, 'brokers' | 'topic'>,
  given: KafkaArguments,
  env: NodeJS.ProcessEnv,
): KafkaSpec {
  return kafkaSpecOf(place, parseKafkaOptions(given, env));
}

/** partitions=6[,replication=1] */
export function parseNewTopic(found: string): NewTopic {
  const match = /^partitions=(\d{1,5})(?:,replication=(\d{1,3}))?$/.exec(found);
  const partitions = Number(match?.[1] ?? 0);
  const replication = Number(match?.[2] ?? 1);
  if (partitions < 1 || partitions > 10_000 || replication < 1) {
    throw invalidFlag('create-topic', found, 'partitions=6 or partitions=6,replication=3');
  }
  return { partitions, replication };
}

function saslOf(given: KafkaArguments, env: NodeJS.ProcessEnv): KafkaSpec['sasl'] {
  const get = flagReader<KafkaFlag>(given);
  const name = get('sasl', asIs) ?? env.FLEETGEN_KAFKA_SASL;
  const user = get('sasl-user', asIs) ?? env.FLEETGEN_KAFKA_USER;
  const passwordFile = get('sasl-password-file', asIs);
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
