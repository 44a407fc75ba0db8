/** Finds the topic before anything is sent, or makes it when asked to. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { requestError, runError } from '../../errors.js';
import { clientOptions } from './client-options.js';
import { kafkaError, passesLater, protocolError } from './kafka-errors.js';
import { displayKafka, type KafkaSpec } from './spec.js';

export interface NewTopic {
  readonly partitions: number;
  readonly replication: number;
}

export interface Topic {
  readonly partitions: number;
  /** How long messages are kept after their timestamp; Infinity for ever; undefined where the broker doesn't say. */
  readonly retentionMs: number | undefined;
}

const READY_MS = 15_000;
const POLL_MS = 100;

/**
 * Telemetry carries the time of its event, which may be months ago: with the usual retention of a week the broker would
 * delete it within minutes. Nor may it be refused for lying ahead.
 */
const TOPIC_CONFIGS = [
  { name: 'retention.ms', value: '-1' },
  { name: 'message.timestamp.type', value: 'CreateTime' },
  { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' },
];

/**
 * The topic as it is, or as `create` says where it is missing. Throws a requestError when it is missing and `create` is not
 * given or when it has another number of partitions, a runError when no broker answers.
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
        `topic ${spec.topic} is there with ${found} partitions, not ${create.partitions}: leave --create-topic out, or name another topic`,
      );
    }
    const partitions = await readyPartitions(admin, spec);
    return { partitions, retentionMs: await retentionOf(admin, spec.topic) };
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

/** Undefined where there is no such topic. */
async function partitionsOf(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const metadata = await admin.metadata({ topics: [topic], forceUpdate: true });
    return metadata.topics.get(topic)?.partitionsCount;
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (text.startsWith('Unknown topic') || protocolError(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw error;
  }
}

async function createTopic(admin: Admin, spec: KafkaSpec, { partitions, replication }: NewTopic): Promise<void> {
  try {
    await admin.createTopics({ topics: [spec.topic], partitions, replicas: replication, configs: TOPIC_CONFIGS });
  } catch (error) {
    const id = protocolError(error);
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
        `"${spec.topic}" is no name for a topic: use letters, digits, . _ and -`,
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
      if (performance.now() > end || !(passesLater(error) || /^Unknown topic/.test(String(error)))) throw error;
    }
    if (performance.now() > end) {
      throw runError('KAFKA_TOPIC', `${displayKafka(spec)} has partitions without a leader: check its brokers`);
    }
    await sleep(POLL_MS);
  }
}

async function retentionOf(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic };
    const [found] = await admin.describeConfigs({
      resources: [{ ...resource, configurationKeys: ['retention.ms', 'cleanup.policy'] }],
    });
    const value = (name: string) => found?.configs.find((config) => config.name === name)?.value;
    const retention = Number(value('retention.ms') ?? Number.NaN);
    if (Number.isNaN(retention)) return undefined;
    return retention < 0 || !value('cleanup.policy')?.includes('delete') ? Number.POSITIVE_INFINITY : retention;
  } catch {
    // Who may write need not be allowed to read the configuration.
    return undefined;
  }
}
