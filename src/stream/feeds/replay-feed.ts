/** A feed of rows that exist already: batches in order of arrival, encoded as they are. */

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

/** Reads the first batch before it resolves. Throws what the source throws. */
export async function openReplayFeed(
  telemetry: TableSchema<TelemetryColumns>,
  source: AsyncIterator<Batch<TelemetryColumns>>,
  after: number,
): Promise<Feed> {
  const schema = messageSchema(telemetry);
  const writer = compileNdjsonWriter(schema);
  const batch = createBatch(schema, BATCH_ROWS);
  const bytes = Buffer.alloc(writer.maxRowBytes * BATCH_ROWS);
  const ends = new Int32Array(BATCH_ROWS);
  const arrivals = new Float64Array(BATCH_ROWS);
  let at = 0;
  let encoded = false;
  let ended = false;

  /** Copies the next batch, without what arrived too early. */
  const load = async (): Promise<void> => {
    for (at = 0, batch.length = 0; batch.length === 0 && !ended; ) {
      const { value, done } = (await source.next()) as IteratorResult<Batch<TelemetryColumns>, unknown>;
      if (done === true) {
        ended = true;
        break;
      }
      const given = value as Batch<TelemetryColumns>;
      let first = 0;
      while (first < given.length && arrivalOf(given, first) <= after) first++;
      batch.length = given.length - first;
      for (const { name } of telemetry.columns) {
        batch.arrays[name]!.set(given.arrays[name]!.subarray(first, given.length));
      }
      for (let row = 0; row < batch.length; row++) arrivals[row] = arrivalOf(batch, row);
    }
    encoded = false;
  };

  const encode = (): void => {
    const recordedAt = batch.arrays.recorded_at;
    const receivedAt = batch.arrays.received_at;
    for (let row = 0; row < batch.length; row++) {
      recordedAt[row]! += feed.shiftMs;
      receivedAt[row] = arrivals[row]! + feed.shiftMs;
      if (!isPrintable(recordedAt[row]!) || !isPrintable(receivedAt[row]!)) {
        throw runError(
          'BAD_TIME',
          `record ${batch.arrays.record_id[row]} would be sent with a time outside the years 1970 to 9999: correct its times, or give another --start-at`,
        );
      }
    }
    writer.write(batch, 0, batch.length, bytes, 0, ends);
    encoded = true;
  };

  const feed: Feed = {
    shiftMs: 0,
    next: () => (at < batch.length ? arrivals[at]! : Number.POSITIVE_INFINITY),
    async take(block: MessageBlock, until: number, most: number) {
      let taken = 0;
      while (taken < most && at < batch.length && arrivals[at]! <= until) {
        if (!encoded) encode();
        const from = at === 0 ? 0 : ends[at - 1]!;
        const to = ends[at]!;
        if (!block.hasRoom(to - from)) break;
        const { recorded_at: recordedAt, vehicle_id: vehicle, record_id: recordId } = batch.arrays;
        block.add(bytes, from, to, recordedAt[at]!, vehicle[at]!, arrivals[at]!, recordId[at]!);
        taken++;
        at++;
        if (at === batch.length) await load();
      }
      return taken;
    },
    async close() {
      await source.return?.().catch(() => undefined);
    },
  };
  try {
    await load();
    return feed;
  } catch (error) {
    await feed.close();
    throw error;
  }
}

/** Whether a message can hold the time. */
function isPrintable(ms: number): boolean {
  return ms >= 0 && ms < END_MS;
}
