/**
 * An idempotent producer for one topic: every message is stored once and in order in its partition, even if a broker
 * restarts or a leader moves. One request per broker is in flight while the next batches are filled, so memory is
 * bounded, and a retry sends the same bytes with the same sequence numbers, which lets the broker drop duplicates. But
 * a broker that recovers from a crash forgets producers whose last message's timestamp is older than its
 * producer.id.expiration.ms (a day): messages that it had stored but not acknowledged are then stored twice.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createAPI, Producer, produceV9, protocolErrorsCodesById, Writer } from '@platformatic/kafka';
import { runError } from '../base/errors.js';
import { clientOptions } from './client-options.js';
import {
  isTransientCode,
  isTransientFailure,
  kafkaError,
  rejectionError,
  rootCauseText,
  timestampRejectionError,
} from './kafka-errors.js';
import { displayKafka, type KafkaSpec } from './kafka-spec.js';
import { type BatchProducer, RecordBatch } from './record-batch.js';

const ALL_REPLICAS = -1;
const SERVER_TIMEOUT_MS = 10_000;
const BATCH_BYTES = 64 * 1024;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
const LONGEST_START_MS = 15_000;
const SEQUENCES = 2 ** 31;

interface SealedBatch {
  readonly partition: number;
  readonly bytes: Buffer;
  /** Earliest and latest time of its messages, UTC milliseconds. */
  readonly times: readonly [number, number];
}

const produce = createAPI(produceV9.api.key, produceV9.api.version, produceRequest, produceV9.parseResponse);

export interface KafkaProducer {
  /** Adds a message to its partition's batch. `timestamp`: UTC milliseconds; the value is source[from, to). */
  add(partition: number, timestamp: number, key: Uint8Array, source: Uint8Array, from: number, to: number): void;
  /** Assigns sequence numbers to the added messages and compresses them, to be sent together. */
  seal(): void;
  /**
   * Sends the sealed batches. Resolves when everything sent earlier has been acknowledged by all replicas, so that one
   * request is in flight while the next is filled. Throws FleetgenError.
   */
  send(): Promise<void>;
  /** Resolves when everything sent has been acknowledged. Throws FleetgenError. */
  acknowledged(): Promise<void>;
  /** Closes the connections; unacknowledged messages may or may not arrive. Never throws. */
  close(): Promise<void>;
}

/** `headers`: the result of encodeHeaders. Throws FleetgenError if no broker answers or authentication fails. */
export async function openKafkaProducer(
  spec: KafkaSpec,
  partitions: number,
  headers: Uint8Array,
): Promise<KafkaProducer> {
  const delivery = new Delivery(spec);
  try {
    return new IdempotentProducer(delivery, await delivery.identify(), partitions, headers);
  } catch (error) {
    await delivery.close();
    throw kafkaError(error, spec);
  }
}

class IdempotentProducer implements KafkaProducer {
  private readonly batches: readonly RecordBatch[];
  /** By partition: the sequence number of its next message. */
  private readonly sequences: Float64Array;
  private sealed: SealedBatch[] = [];
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly delivery: Delivery,
    private readonly id: BatchProducer,
    partitions: number,
    headers: Uint8Array,
  ) {
    this.batches = Array.from({ length: partitions }, () => new RecordBatch(BATCH_BYTES, headers));
    this.sequences = new Float64Array(partitions);
  }

  add(partition: number, timestamp: number, key: Uint8Array, source: Uint8Array, from: number, to: number): void {
    this.batches[partition]!.add(timestamp, key, source, from, to);
  }

  seal(): void {
    const { compression } = this.delivery.spec;
    this.batches.forEach((batch, partition) => {
      if (batch.count === 0) return;
      const sequence = this.sequences[partition]!;
      const times = [batch.minTimestamp, batch.maxTimestamp] as const;
      this.sealed.push({ partition, bytes: batch.finish(this.id, sequence, compression), times });
      this.sequences[partition] = (sequence + batch.count) % SEQUENCES;
      batch.clear();
    });
  }

  async send(): Promise<void> {
    await this.underWay;
    if (this.sealed.length === 0) return;
    this.underWay = this.delivery.deliver(this.sealed).catch((error: unknown) => {
      throw kafkaError(error, this.delivery.spec);
    });
    this.sealed = [];
    // The error is thrown where the promise is awaited.
    this.underWay.catch(() => undefined);
  }

  acknowledged(): Promise<void> {
    return this.underWay;
  }

  close(): Promise<void> {
    return this.delivery.close();
  }
}

/**
 * Sends sealed batches to the leaders of their partitions, with retries until all replicas have them or the deadline.
 */
class Delivery {
  // Its own idempotent mode has no deadline, so this file assigns the sequence numbers.
  private readonly client: Producer;
  private readonly leaders = new Map<number, Broker>();
  private closed = false;

  constructor(readonly spec: KafkaSpec) {
    this.client = new Producer(clientOptions(spec));
  }

  /** Requests this producer's id; a broker that has just started may not be able to assign one yet. */
  async identify(): Promise<BatchProducer> {
    const end = performance.now() + Math.min(this.spec.deadlineMs, LONGEST_START_MS);
    for (;;) {
      try {
        await this.findLeaders();
        const { producerId, producerEpoch } = await this.client.initIdempotentProducer({});
        return { id: producerId, epoch: producerEpoch };
      } catch (error) {
        if (!isTransientFailure(error) || performance.now() > end) throw error;
        await sleep(FIRST_PAUSE_MS);
      }
    }
  }

  async deliver(sealed: SealedBatch[]): Promise<void> {
    const end = performance.now() + this.spec.deadlineMs;
    let pause = FIRST_PAUSE_MS;
    let left = sealed;
    for (;;) {
      const results = await Promise.all(
        [...groupByBroker(left, this.leaders)].map(([broker, group]) =>
          broker === undefined ? { again: group, reason: 'no leader' } : this.sendTo(broker, group),
        ),
      );
      left = results.flatMap(({ again }) => again);
      if (left.length === 0) return;
      const reason = results.find(({ again }) => again.length > 0)!.reason;
      if (this.closed || performance.now() + pause > end) throw gaveUp(this.spec, reason);
      await sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      await this.findLeaders().catch((error: unknown) => {
        if (!isTransientFailure(error) && !/Unknown topic/.test(String(error))) throw error;
      });
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client.close().catch(() => undefined);
  }

  private async findLeaders(): Promise<void> {
    const { topic } = this.spec;
    const { topics, brokers } = await this.client.metadata({ topics: [topic], forceUpdate: true });
    this.leaders.clear();
    topics.get(topic)?.partitions.forEach(({ leader }, partition) => {
      const broker = brokers.get(leader);
      if (broker !== undefined) this.leaders.set(partition, broker);
    });
  }

  /** Sends the batches of one broker; returns those to be sent again. */
  private async sendTo(broker: Broker, sealed: SealedBatch[]): Promise<SendResult> {
    let connection: Connection | undefined;
    try {
      connection = await this.client.connections.get(broker);
      const answer = await produce.async(connection, this.spec.topic, sealed);
      return this.read(answer, sealed);
    } catch (error) {
      const answer = (error as { response?: produceV9.ProduceResponse }).response;
      if (answer !== undefined) return this.read(answer, sealed);
      // A connection that timed out may still receive the abandoned answer.
      await connection?.close().catch(() => undefined);
      if (!isTransientFailure(error)) throw error;
      return { again: sealed, reason: rootCauseText(error) };
    }
  }

  private read(answer: produceV9.ProduceResponse, sealed: SealedBatch[]): SendResult {
    const codes = new Map(
      answer.responses.flatMap((topic) => topic.partitionResponses).map((p) => [p.index, p.errorCode]),
    );
    let reason = 'no answer';
    const again = sealed.filter(({ partition, times }) => {
      const id = protocolErrorsCodesById[codes.get(partition) ?? -1] ?? 'UNKNOWN_SERVER_ERROR';
      // A duplicate was stored by an earlier attempt whose answer was lost.
      if (id === 'NONE' || id === 'DUPLICATE_SEQUENCE_NUMBER') return false;
      if (id === 'INVALID_TIMESTAMP') throw timestampRejectionError(this.spec, times, Date.now());
      if (!isTransientCode(id)) throw rejectionError(id, this.spec);
      reason = id;
      return true;
    });
    return { again, reason };
  }
}

interface Broker {
  readonly host: string;
  readonly port: number;
}

interface SendResult {
  readonly again: SealedBatch[];
  readonly reason: string;
}

function groupByBroker<T>(
  sealed: readonly SealedBatch[],
  leaders: ReadonlyMap<number, T>,
): Map<T | undefined, SealedBatch[]> {
  const groups = new Map<T | undefined, SealedBatch[]>();
  for (const batch of sealed) {
    const leader = leaders.get(batch.partition);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [batch]);
    else group.push(batch);
  }
  return groups;
}

function produceRequest(topic: string, sealed: readonly SealedBatch[]): Writer {
  return Writer.create()
    .appendString(null)
    .appendInt16(ALL_REPLICAS)
    .appendInt32(SERVER_TIMEOUT_MS)
    .appendArray([topic], (writer, name) => {
      writer.appendString(name).appendArray([...sealed], (w, { partition, bytes }) => {
        w.appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes);
      });
    })
    .appendTaggedFields();
}

function gaveUp(spec: KafkaSpec, reason: string) {
  const seconds = Math.round(spec.deadlineMs / 1000);
  return runError(
    'KAFKA_DEADLINE',
    `${displayKafka(spec)} accepted no messages for ${seconds} s (${reason}): bring its brokers back`,
  );
}
