/** Messages into a Kafka topic: key vehicle_id, timestamp recorded_at, the JSON as the value. */
import { compatibilityPartitioner } from '@platformatic/kafka';
import type { TableSchema } from '../../columns/column.js';
import { putTag } from '../../encode/put.js';
import type { KafkaSpec } from '../../kafka/kafka-spec.js';
import { openKafkaProducer } from '../../kafka/producer.js';
import { encodeHeaders } from '../../kafka/record-batch.js';
import type { MessageBlock } from '../message-block.js';
import type { MessageSink } from './message-sink.js';

/** Raised when the fields of a message change their meaning. */
export const SCHEMA_VERSION = '1';

/** The keys of vehicles by number, and the partition that the Java client would choose for each. */
export class VehicleKeys {
  private readonly keys: Buffer[] = [];
  private readonly partitions: number[] = [];
  private readonly prefix: Uint8Array;
  private readonly digits: number;

  constructor(
    telemetry: TableSchema,
    private readonly partitionCount: number,
  ) {
    const column = telemetry.columns.find(({ name }) => name === 'vehicle_id');
    this.prefix = new TextEncoder().encode(column?.prefix ?? '');
    this.digits = column?.digits ?? 1;
  }

  key(vehicle: number): Buffer {
    const known = this.keys[vehicle];
    if (known !== undefined) return known;
    const bytes = Buffer.alloc(this.prefix.length + 16);
    const key = bytes.subarray(0, putTag(bytes, 0, this.prefix, this.digits, vehicle));
    this.keys[vehicle] = key;
    return key;
  }

  partition(vehicle: number): number {
    const known = this.partitions[vehicle];
    if (known !== undefined) return known;
    const partition = compatibilityPartitioner(undefined as never, this.key(vehicle)) % this.partitionCount;
    this.partitions[vehicle] = partition;
    return partition;
  }
}

export interface KafkaSinkOptions {
  readonly spec: KafkaSpec;
  readonly partitions: number;
  readonly keys: VehicleKeys;
  readonly runId: string;
  readonly scenarioHash: string;
}

/** Throws FleetgenError if no broker answers. */
export async function openKafkaSink(options: KafkaSinkOptions): Promise<MessageSink> {
  const { keys, runId, scenarioHash } = options;
  const headers = encodeHeaders({
    'fleetgen-run-id': runId,
    'fleetgen-schema-version': SCHEMA_VERSION,
    'fleetgen-scenario-hash': scenarioHash,
  });
  const producer = await openKafkaProducer(options.spec, options.partitions, headers);
  return {
    add(block: MessageBlock) {
      const { bytes, ends, recordedAt, vehicle, length } = block;
      for (let i = 0, from = 0; i < length; i++) {
        const to = ends[i]!;
        const who = vehicle[i]!;
        // Without the line feed.
        producer.add(keys.partition(who), recordedAt[i]!, keys.key(who), bytes, from, to - 1);
        from = to;
      }
      producer.seal();
    },
    send: () => producer.send(),
    flush: () => producer.acknowledged(),
    close: () => producer.close(),
  };
}
