/** A stream into Kafka: its topic, its producers and the assignment of partitions to them. */
import { availableParallelism } from 'node:os';
import type { KafkaSpec } from '../kafka/kafka-spec.js';
import { type NewTopic, prepareTopic, type Topic } from '../kafka/topic.js';
import { partitionOwners } from './producers/partition-owners.js';
import type { StreamSettings, StreamWorkerSetup } from './producers/producer-settings.js';
import { SharedClock } from './producers/shared-clock.js';
import { VehicleKeys } from './sinks/kafka-sink.js';

export interface KafkaRun {
  readonly topic: Topic;
  /** One per producer thread, all with the same clock. */
  readonly setups: readonly StreamWorkerSetup[];
  readonly clock: SharedArrayBuffer;
}

/** With fewer messages per thread, another one takes longer to start and warm up than it saves. */
const MIN_MESSAGES_PER_THREAD = 400_000;

/** The fastest number of producers for a number of messages. */
export function fastestProducers(messages: number, cores: number): number {
  return Math.max(1, Math.min(cores, Math.floor(messages / MIN_MESSAGES_PER_THREAD)));
}

/**
 * `workers`: number of producers, by default the fastest; never more than partitions, and one for a replay, whose rows
 * are in a single order. Throws FleetgenError.
 */
export async function prepareKafkaRun(
  settings: StreamSettings,
  spec: KafkaSpec,
  create: NewTopic | undefined,
  workers: number | undefined,
): Promise<KafkaRun> {
  const { source } = settings;
  const topic = await prepareTopic(spec, create);
  let owners = new Array<number>(topic.partitions).fill(0);
  if (source.kind === 'simulate') {
    const keys = new VehicleKeys(source.dataset.telemetry, topic.partitions);
    const wanted = workers ?? fastestProducers(source.rows, availableParallelism());
    const producers = Math.min(wanted, topic.partitions, source.dataset.vehicles);
    owners = partitionOwners(source.dataset, (vehicle) => keys.partition(vehicle), topic.partitions, producers);
  }
  const count = Math.max(...owners) + 1;
  const clock = SharedClock.memoryFor(count);
  const setups = Array.from({ length: count }, (_, worker) => ({ settings, spec, owners, worker, clock }));
  return { topic, setups, clock };
}
