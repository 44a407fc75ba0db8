/** Finds the topic before anything is sent, or creates it on request. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { requestError, runError } from '../base/errors.js';
import { clientOptions } from './client-options.js';
import { isTransientFailure, kafkaError, protocolErrorName } from './kafka-errors.js';
import { displayKafka, type KafkaSpec } from './kafka-spec.js';

export interface NewTopic {
  readonly partitions: number;
  readonly replication: number;
}

/** Which messages a topic drops or rejects, as far as the broker reports it. */
export interface Retention {
  /** Whether it keeps only the newest message of each key. */
  readonly compacted: boolean;
  /** Milliseconds for which a message is kept, counted from its event time; absent if that isn't used. */
  readonly keptMs?: number;
  /** Bytes of a partition beyond which its oldest messages are deleted; absent if unlimited. */
  readonly keptBytes?: number;
  /** Milliseconds by which a message's time may be ahead of the broker's clock; absent if unlimited. */
  readonly aheadMs?: number;
}

export interface Topic extends Retention {
  readonly partitions: number;
}

const READY_MS = 15_000;
const POLL_MS = 100;

const ANY_TIME = '9223372036854775807';
/**
 * Messages carry their event time, which may be months ago: with the usual retention of a week the broker would delete
 * them within minutes. Nor must they be rejected for timestamps far behind or ahead of the clock, or compacted, as a
 * key has many messages.
 */
const TOPIC_CONFIGS = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'retention.ms', value: '-1' },
  { name: 'retention.bytes', value: '-1' },
  { name: 'message.timestamp.type', value: 'CreateTime' },
  { name: 'message.timestamp.before.max.ms', value: ANY_TIME },
  { name: 'message.timestamp.after.max.ms', value: ANY_TIME },
];

/**
 * The existing topic, or one created as `create` says. Throws a requestError if it is missing and `create` is not given
 * or if it has another number of partitions, a runError if no broker answers.
 */
export async function prepareTopic(spec: KafkaSpec, create?: NewTopic): Promise<Topic> {
  const admin = new Admin(clientOptions(spec));
  try {
    const found = await partitionsOf(admin, spec.topic);
    if (found === undefined) {
      if (create === undefined) throw missing(spec);
      await createTopic(admin, spec, create);
    } else if (create !== undefined && found !== create.partitions) {
      throw requestError(
        'KAFKA_TOPIC',
        `topic ${spec.topic} already exists with ${found} partitions, not ${create.partitions}: leave --create-topic out, or name another topic`,
      );
    }
    const partitions = await readyPartitions(admin, spec);
    return { partitions, ...(await retentionOf(admin, spec.topic)) };
  } catch (error) {
    throw kafkaError(error, spec);
  } finally {
    await admin.close().catch(() => undefined);
  }
}

function missing(spec: KafkaSpec) {
  return requestError(
    'KAFKA_TOPIC',
    `${displayKafka(spec)} has no such topic: add --create-topic partitions=6 to make it, or correct its name`,
  );
}

/** Undefined if the topic does not exist. */
async function partitionsOf(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const metadata = await admin.metadata({ topics: [topic], forceUpdate: true });
    return metadata.topics.get(topic)?.partitionsCount;
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (text.startsWith('Unknown topic') || protocolErrorName(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw error;
  }
}

async function createTopic(admin: Admin, spec: KafkaSpec, { partitions, replication }: NewTopic): Promise<void> {
  try {
    await admin.createTopics({ topics: [spec.topic], partitions, replicas: replication, configs: TOPIC_CONFIGS });
  } catch (error) {
    const id = protocolErrorName(error);
    if (id === 'TOPIC_ALREADY_EXISTS') return;
    if (id === 'INVALID_REPLICATION_FACTOR') {
      throw requestError(
        'KAFKA_TOPIC',
        `${displayKafka(spec)} has fewer than ${replication} brokers: give --create-topic partitions=${partitions},replication=1`,
        error,
      );
    }
    if (id === 'INVALID_TOPIC_EXCEPTION') {
      throw requestError(
        'KAFKA_TOPIC',
        `"${spec.topic}" is not a valid topic name: use letters, digits, . _ and -`,
        error,
      );
    }
    throw error;
  }
}

/** The number of partitions, once each of them has a leader. */
async function readyPartitions(admin: Admin, spec: KafkaSpec): Promise<number> {
  const end = performance.now() + READY_MS;
  for (;;) {
    try {
      const metadata = await admin.metadata({ topics: [spec.topic], forceUpdate: true });
      const partitions = metadata.topics.get(spec.topic)?.partitions ?? [];
      if (partitions.length > 0 && partitions.every(({ leader }) => metadata.brokers.has(leader))) {
        return partitions.length;
      }
    } catch (error) {
      if (performance.now() > end || !(isTransientFailure(error) || /^Unknown topic/.test(String(error)))) throw error;
    }
    if (performance.now() > end) {
      throw runError('KAFKA_TOPIC', `${displayKafka(spec)} has partitions without a leader: check its brokers`);
    }
    await sleep(POLL_MS);
  }
}

/** Empty if the broker doesn't tell: a client that may write need not be allowed to read the configuration. */
async function retentionOf(admin: Admin, topic: string): Promise<Retention> {
  const names = [
    'retention.ms',
    'retention.bytes',
    'cleanup.policy',
    'message.timestamp.type',
    'message.timestamp.after.max.ms',
  ] as const;
  try {
    const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic };
    const [found] = await admin.describeConfigs({ resources: [{ ...resource, configurationKeys: [...names] }] });
    const value = (name: (typeof names)[number]) => found?.configs.find((config) => config.name === name)?.value ?? '';
    const deletes = value('cleanup.policy').includes('delete');
    const retentionMs = Number(value('retention.ms') || Number.NaN);
    const keptBytes = Number(value('retention.bytes') || Number.NaN);
    const aheadMs = Number(value('message.timestamp.after.max.ms') || Number.NaN);
    // A topic with LogAppendTime overwrites the messages' timestamps.
    const eventTime = value('message.timestamp.type') !== 'LogAppendTime';
    return {
      compacted: value('cleanup.policy').includes('compact'),
      ...(eventTime && deletes && retentionMs >= 0 && { keptMs: retentionMs }),
      ...(deletes && keptBytes >= 0 && { keptBytes }),
      ...(eventTime && aheadMs < Number.MAX_SAFE_INTEGER && { aheadMs }),
    };
  } catch {
    return { compacted: false };
  }
}
