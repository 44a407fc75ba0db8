/** A feed of existing rows: batches in order of arrival, encoded unchanged. */

import { runError } from '../../base/errors.js';
import { DAY_MS } from '../../base/time.js';
import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import { messageSchema } from '../../columns/message.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import { LAST_DAY } from '../../encode/calendar.js';
import { compileNdjsonWriter } from '../../encode/ndjson.js';
import type { MessageBlock } from '../message-block.js';
import { arrivalOf } from './arrival-sort.js';
import type { Feed } from './feed.js';

const BATCH_ROWS = 1024;
const END_MS = (LAST_DAY + 1) * DAY_MS;

type Rows = Batch<TelemetryColumns>;

/** Reads the first batch before it resolves. Throws what the source throws. */
export async function openReplayFeed(
  telemetry: TableSchema<TelemetryColumns>,
  source: AsyncIterator<Rows>,
  after: number,
): Promise<Feed> {
  const feed = new ReplayFeed(telemetry, source, after);
  try {
    await feed.load();
    return feed;
  } catch (error) {
    await feed.close();
    throw error;
  }
}

class ReplayFeed implements Feed {
  shiftMs = 0;
  private readonly writer;
  private readonly batch;
  private readonly bytes: Buffer;
  private readonly ends = new Int32Array(BATCH_ROWS);
  private readonly arrivals = new Float64Array(BATCH_ROWS);
  /** The next row of the batch. */
  private at = 0;
  private encoded = false;
  private ended = false;

  constructor(
    private readonly telemetry: TableSchema<TelemetryColumns>,
    private readonly source: AsyncIterator<Rows>,
    private readonly after: number,
  ) {
    const schema = messageSchema(telemetry);
    this.writer = compileNdjsonWriter(schema);
    this.batch = createBatch(schema, BATCH_ROWS);
    this.bytes = Buffer.alloc(this.writer.maxRowBytes * BATCH_ROWS);
  }

  next(): number {
    return this.at < this.batch.length ? this.arrivals[this.at]! : Number.POSITIVE_INFINITY;
  }

  async take(block: MessageBlock, until: number, max: number): Promise<number> {
    const { batch, arrivals, ends, bytes } = this;
    const { recorded_at: recordedAt, vehicle_id: vehicle, record_id: recordId } = batch.arrays;
    let taken = 0;
    while (taken < max && this.next() <= until && this.at < batch.length) {
      const { at } = this;
      if (!this.encoded) this.encode();
      const from = at === 0 ? 0 : ends[at - 1]!;
      const to = ends[at]!;
      if (!block.hasRoom(to - from)) break;
      block.add(bytes, from, to, recordedAt[at]!, vehicle[at]!, arrivals[at]!, recordId[at]!);
      taken++;
      this.at++;
      if (this.at === batch.length) await this.load();
    }
    return taken;
  }

  async close(): Promise<void> {
    await this.source.return?.().catch(() => undefined);
  }

  /** Copies the next batch without messages that arrived too early. */
  async load(): Promise<void> {
    const { batch } = this;
    for (this.at = 0, batch.length = 0; batch.length === 0 && !this.ended; ) {
      const { value, done } = (await this.source.next()) as IteratorResult<Rows, unknown>;
      if (done === true) {
        this.ended = true;
        break;
      }
      this.copy(value as Rows);
    }
    this.encoded = false;
  }

  private copy(given: Rows): void {
    const { batch, arrivals, after } = this;
    let first = 0;
    while (first < given.length && arrivalOf(given, first) <= after) first++;
    batch.length = given.length - first;
    for (const { name } of this.telemetry.columns) {
      batch.arrays[name]!.set(given.arrays[name]!.subarray(first, given.length));
    }
    for (let row = 0; row < batch.length; row++) arrivals[row] = arrivalOf(batch, row);
  }

  private encode(): void {
    const { arrays } = this.batch;
    const { recorded_at: recordedAt, received_at: receivedAt } = arrays;
    for (let row = 0; row < this.batch.length; row++) {
      recordedAt[row]! += this.shiftMs;
      receivedAt[row] = this.arrivals[row]! + this.shiftMs;
      if (!isPrintable(recordedAt[row]!) || !isPrintable(receivedAt[row]!)) {
        throw runError(
          'BAD_TIME',
          `record ${arrays.record_id[row]} would be sent with a time outside the years 1970 to 9999: correct its times, or give another --start-at`,
        );
      }
    }
    this.writer.write(this.batch, 0, this.batch.length, this.bytes, 0, this.ends);
    this.encoded = true;
  }
}

/** Whether the time can be written in a message. */
function isPrintable(ms: number): boolean {
  return ms >= 0 && ms < END_MS;
}
