/** A small dataset and its messages, from a feed and straight from the simulator. */
import { createBatch } from '#src/columns/batch.js';
import { messageSchema } from '#src/columns/message.js';
import { compileNdjsonWriter } from '#src/encode/ndjson.js';
import { type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import type { Feed } from '#src/stream/feeds/feed.js';
import { createSimulatedFeed, type SimulatedFeedOptions } from '#src/stream/feeds/simulated-feed.js';
import { MessageBlock } from '#src/stream/message-block.js';

export interface Message {
  readonly recordId: number;
  readonly vehicle: number;
  readonly arrival: number;
  readonly recordedAt: number;
  readonly line: string;
}

export function smallDataset(changes: Partial<DatasetRequest> = {}): Dataset {
  return planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 12, days: 2, ...changes });
}

export function feedOf(dataset: Dataset, changes: Partial<SimulatedFeedOptions> = {}): Feed {
  const all = { rows: dataset.rows, days: dataset.days, after: Number.NEGATIVE_INFINITY, includes: () => true };
  return createSimulatedFeed(dataset, { ...all, ...changes });
}

/** The messages of a feed up to `until`, at most `max`, in small blocks. */
export async function drain(
  feed: Feed,
  until = Number.POSITIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): Promise<Message[]> {
  const block = new MessageBlock(16_384, 100);
  const messages: Message[] = [];
  for (;;) {
    block.clear();
    const taken = await feed.take(block, until, max - messages.length);
    if (taken === 0) return messages;
    messages.push(...messagesOf(block));
  }
}

export function messagesOf(block: MessageBlock): Message[] {
  return Array.from({ length: block.length }, (_, i) => ({
    recordId: block.recordId[i]!,
    vehicle: block.vehicle[i]!,
    arrival: block.arrival[i]!,
    recordedAt: block.recordedAt[i]!,
    line: Buffer.from(block.bytes.subarray(i === 0 ? 0 : block.ends[i - 1]!, block.ends[i]!)).toString(),
  }));
}

/** The messages of all records in the order of `generate`. */
export function generated(dataset: Dataset): Message[] {
  const schema = messageSchema(dataset.telemetry);
  const batch = createBatch(schema, 1);
  const writer = compileNdjsonWriter(schema);
  const bytes = Buffer.alloc(writer.maxRowBytes);
  const source = createRecordSource(dataset, 0, dataset.rows);
  const messages: Message[] = [];
  while (source.fill(batch) > 0) {
    const [recordedAt, delay] = [batch.arrays.recorded_at![0]!, batch.arrays.network_delay_ms![0]!];
    const arrival = recordedAt + delay;
    batch.arrays.received_at![0] = arrival;
    const line = bytes.toString('utf8', 0, writer.write(batch, 0, 1, bytes, 0));
    messages.push({
      recordId: batch.arrays.record_id![0]!,
      vehicle: batch.arrays.vehicle_id![0]!,
      arrival,
      recordedAt,
      line,
    });
  }
  return messages;
}

export function inOrderOfArrival(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => a.arrival - b.arrival || a.recordId - b.recordId);
}
