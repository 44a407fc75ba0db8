/**
 * Simulates a fleet's messages in the order of arrival: a merge over the vehicles on the road, each a few records ahead.
 * Within a vehicle-day arrivals never fall, so the earliest of all vehicles' next records is the next of all.
 */
import { createBatch } from '../../columns/batch.js';
import { messageSchema } from '../../columns/message.js';
import { compileNdjsonWriter } from '../../encode/ndjson.js';
import type { Dataset } from '../../plan/dataset.js';
import { SharedPlans } from '../../simulate/day/shared-plans.js';
import { telemetryArrays } from '../../simulate/records/telemetry-arrays.js';
import { RunSimulator } from '../../simulate/vehicle-run.js';
import type { MessageBlock } from '../message-block.js';
import { ArrivalHeap, type Waiting } from './arrival-heap.js';
import type { Feed } from './feed.js';
import { Timetable, type VehicleDayStart } from './timetable.js';

/** Records that a vehicle is simulated ahead: more save time and cost memory. */
const AHEAD = 4;
/** Idle slots that are kept for the next vehicles. */
const KEPT = 64;

export interface SimulatedFeedOptions {
  /** Only records with ids below it; Infinity for all. */
  readonly rows: number;
  /** Days from the dataset's first; Infinity for no end. */
  readonly days: number;
  /** Only records that arrive after it (virtual milliseconds). */
  readonly after: number;
  /** Whose records; the others are another thread's. */
  readonly includes: (vehicle: number) => boolean;
}

/** What a vehicle on the road holds: its simulator and its next messages. */
interface Slot {
  readonly simulator: RunSimulator;
  bytes: Buffer;
  readonly ends: Int32Array;
  readonly arrival: Float64Array;
  readonly recordedAt: Float64Array;
  /** Position of the next message, and their number. */
  at: number;
  count: number;
}

/** A vehicle-day under way. Without a slot it waits for its next trip. */
interface ActiveDay extends Waiting {
  readonly vehicle: number;
  readonly day: number;
  /** Records not yet simulated. */
  left: number;
  parked: Float64Array | undefined;
  slot: Slot | undefined;
}

export function createSimulatedFeed(dataset: Dataset, options: SimulatedFeedOptions): Feed {
  const { after } = options;
  const schema = messageSchema(dataset.telemetry);
  const writer = compileNdjsonWriter(schema);
  const batch = createBatch(schema, AHEAD);
  const arrays = telemetryArrays(batch, dataset.world);
  const receivedAt = batch.arrays.received_at;
  const scratch = Buffer.alloc(writer.maxRowBytes * AHEAD);
  const plans = new SharedPlans(dataset);
  const timetable = new Timetable(dataset, plans, options);
  const heap = new ArrivalHeap<ActiveDay>();
  const slots: Slot[] = [];

  const openSlot = (): Slot =>
    slots.pop() ?? {
      simulator: new RunSimulator(dataset, plans),
      bytes: Buffer.alloc(0),
      ends: new Int32Array(AHEAD),
      arrival: new Float64Array(AHEAD),
      recordedAt: new Float64Array(AHEAD),
      at: 0,
      count: 0,
    };

  const closeSlot = (active: ActiveDay, slot: Slot): void => {
    active.slot = undefined;
    // One that grew on a long way would keep its size for ever.
    if (slots.length < KEPT && !slot.simulator.isLarge) slots.push(slot);
  };

  const start = (active: ActiveDay): void => {
    const slot = openSlot();
    if (active.parked === undefined) slot.simulator.load(active.vehicle, active.day);
    else slot.simulator.resume(active.parked);
    active.parked = undefined;
    active.slot = slot;
    refill(active, slot);
  };

  /** Simulates and encodes the top active's next messages, parks it at the end of a trip, removes it at the end of its day. */
  const refill = (active: ActiveDay, slot: Slot): void => {
    for (;;) {
      const count = active.left === 0 ? 0 : slot.simulator.fill(arrays, Math.min(AHEAD, active.left));
      if (count === 0) {
        endTrip(active, slot);
        return;
      }
      const first = active.recordId;
      for (let i = 0; i < count; i++) {
        const arrival = arrays.recordedAt[i]! + arrays.networkDelay[i]!;
        slot.arrival[i] = arrival;
        arrays.recordId[i] = first + i;
        arrays.recordedAt[i]! += feed.shiftMs;
        receivedAt[i] = arrival + feed.shiftMs;
      }
      active.left -= count;
      slot.recordedAt.set(arrays.recordedAt);
      slot.count = count;
      slot.at = 0;
      while (slot.at < count && slot.arrival[slot.at]! <= after) slot.at++;
      active.recordId = first + slot.at;
      if (slot.at === count) continue;
      const used = writer.write(batch, 0, count, scratch, 0, slot.ends);
      if (used > slot.bytes.length) slot.bytes = Buffer.alloc(used + (used >> 4));
      scratch.copy(slot.bytes, 0, 0, used);
      active.time = slot.arrival[slot.at]!;
      heap.settleTop();
      return;
    }
  };

  const endTrip = (active: ActiveDay, slot: Slot): void => {
    const nextStart = active.left === 0 ? undefined : slot.simulator.nextMs();
    if (nextStart === undefined) {
      closeSlot(active, slot);
      heap.removeTop();
      return;
    }
    active.parked = slot.simulator.park();
    closeSlot(active, slot);
    // Records held back in the last trip may have arrived later than the next trip starts.
    active.time = Math.max(active.time, nextStart);
    heap.settleTop();
  };

  /** Makes the top of the heap the active with the next message; undefined at the end. */
  const nextActive = (until: number): ActiveDay | undefined => {
    for (;;) {
      const top = heap.top;
      const begin = timetable.peek();
      if (begin !== undefined && (top === undefined || begin.startMs <= top.time)) {
        if (begin.startMs > until) return undefined;
        timetable.take();
        heap.push(activeDayOf(begin));
      } else if (top === undefined || top.time > until) return undefined;
      else if (top.slot === undefined) start(top);
      else return top;
    }
  };

  const next = (): number =>
    Math.min(heap.top?.time ?? Number.POSITIVE_INFINITY, timetable.peek()?.startMs ?? Number.POSITIVE_INFINITY);

  const feed: Feed = {
    shiftMs: 0,
    next,
    take(block: MessageBlock, until: number, most: number): number {
      let taken = 0;
      while (taken < most) {
        const active = nextActive(until);
        if (active === undefined) break;
        const slot = active.slot!;
        const i = slot.at;
        const from = i === 0 ? 0 : slot.ends[i - 1]!;
        const to = slot.ends[i]!;
        if (!block.hasRoom(to - from)) break;
        block.add(slot.bytes, from, to, slot.recordedAt[i]!, active.vehicle, active.time, active.recordId);
        taken++;
        active.recordId++;
        if (++slot.at < slot.count) {
          active.time = slot.arrival[slot.at]!;
          heap.settleTop();
        } else refill(active, slot);
      }
      return taken;
    },
    close: async () => {},
  };
  return feed;
}

function activeDayOf({ vehicle, day, startMs, firstRecordId, records }: VehicleDayStart): ActiveDay {
  return {
    time: startMs,
    recordId: firstRecordId,
    vehicle,
    day,
    left: records,
    parked: undefined,
    slot: undefined,
  };
}
