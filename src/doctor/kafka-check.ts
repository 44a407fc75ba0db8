/** A Kafka topic: whether its brokers answer and have it. */
import { FleetgenError } from '../base/errors.js';
import { requirePackage } from '../base/package.js';
import { plural } from '../base/text.js';
import { displayKafka, type KafkaSpec } from '../kafka/kafka-spec.js';
import { type Check, failed, note, ok } from './check.js';

const NAME = 'topic';
const TIMEOUT_MS = 5000;

export async function kafkaCheck(spec: KafkaSpec): Promise<Check> {
  try {
    requirePackage('@platformatic/kafka', 'streaming into Kafka');
    const { prepareTopic } = await import('../kafka/topic.js');
    const { partitions } = await prepareTopic({ ...spec, requestTimeoutMs: TIMEOUT_MS });
    return ok(NAME, `${displayKafka(spec)} has ${partitions} ${plural(partitions, 'partition')}`);
  } catch (error) {
    if (!(error instanceof FleetgenError)) throw error;
    // The broker answered: stream can make the topic.
    if (error.code === 'KAFKA_TOPIC' && error.exitCode === 2) return note(NAME, error.message);
    return failed(NAME, error);
  }
}
