/**
 * Simulates a fleet's messages in the order of arrival: a merge over the vehicles on the road, each simulated a few
 * records ahead. Arrivals never decrease within a vehicle-day, so the earliest of the vehicles' next records is the
 * next message.
 */
import { createBatch } from '../../columns/batch.js';
import { messageSchema } from '../../columns/message.js';
import { compileNdjsonWriter } from '../../encode/ndjson.js';
import type { Dataset } from '../../plan/dataset.js';
import { SharedPlans } from '../../simulate/day/shared-plans.js';
import { type TelemetryArrays, telemetryArrays } from '../../simulate/records/telemetry-arrays.js';
import { VehicleSimulator } from '../../simulate/vehicle-simulator.js';
import type { MessageBlock } from '../message-block.js';
import { ArrivalHeap, type HeapEntry } from './arrival-heap.js';
import type { Feed } from './feed.js';
import { Timetable, type VehicleDayStart } from './timetable.js';

/** Records simulated ahead per vehicle: more of them save time and cost memory. */
const AHEAD = 4;
/** Idle slots that are kept for the next vehicles. */
const KEPT = 64;

export interface SimulatedFeedOptions {
  /** Only records with ids below this; Infinity for all. */
  readonly rows: number;
  /** Number of days from the dataset's first; Infinity for no end. */
  readonly days: number;
  /** Only records that arrive after it (virtual milliseconds). */
  readonly after: number;
  /** Whether this thread simulates the vehicle. */
  readonly includes: (vehicle: number) => boolean;
}

/** Held by a vehicle during a leg: its simulator and its next messages. */
interface Slot {
  readonly simulator: VehicleSimulator;
  bytes: Buffer;
  readonly ends: Int32Array;
  readonly arrival: Float64Array;
  readonly recordedAt: Float64Array;
  /** Index of the next message, and number of messages. */
  at: number;
  count: number;
}

/** A vehicle-day in progress; without a slot it waits for its next leg. */
interface ActiveDay extends HeapEntry {
  readonly vehicle: number;
  readonly day: number;
  /** Records not yet simulated. */
  left: number;
  parked: Float64Array | undefined;
  slot: Slot | undefined;
}

export function createSimulatedFeed(dataset: Dataset, options: SimulatedFeedOptions): Feed {
  return new SimulatedFeed(dataset, options);
}

class SimulatedFeed implements Feed {
  shiftMs = 0;
  private readonly after: number;
  private readonly writer;
  private readonly batch;
  private readonly arrays: TelemetryArrays;
  private readonly scratch: Buffer;
  private readonly plans: SharedPlans;
  private readonly timetable: Timetable;
  /** Vehicle-days by their next message, or next trip. */
  private readonly heap = new ArrivalHeap<ActiveDay>();
  private readonly idle: Slot[] = [];

  constructor(
    private readonly dataset: Dataset,
    options: SimulatedFeedOptions,
  ) {
    this.after = options.after;
    const schema = messageSchema(dataset.telemetry);
    this.writer = compileNdjsonWriter(schema);
    this.batch = createBatch(schema, AHEAD);
    this.arrays = telemetryArrays(this.batch, dataset.world);
    this.scratch = Buffer.alloc(this.writer.maxRowBytes * AHEAD);
    this.plans = new SharedPlans(dataset);
    this.timetable = new Timetable(dataset, this.plans, options);
  }

  next(): number {
    const waiting = this.heap.top?.time ?? Number.POSITIVE_INFINITY;
    return Math.min(waiting, this.timetable.peek()?.startMs ?? Number.POSITIVE_INFINITY);
  }

  take(block: MessageBlock, until: number, max: number): number {
    let taken = 0;
    while (taken < max) {
      const active = this.nextDay(until);
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
        this.heap.settleTop();
      } else this.refill(active, slot);
    }
    return taken;
  }

  async close(): Promise<void> {}

  /** Makes the top of the heap the vehicle-day with the next message; undefined at the end. */
  private nextDay(until: number): ActiveDay | undefined {
    const { heap, timetable } = this;
    for (;;) {
      const { top } = heap;
      const begin = timetable.peek();
      if (begin !== undefined && (top === undefined || begin.startMs <= top.time)) {
        if (begin.startMs > until) return undefined;
        timetable.take();
        heap.push(activeDayOf(begin));
      } else if (top === undefined || top.time > until) return undefined;
      else if (top.slot === undefined) this.start(top);
      else return top;
    }
  }

  private start(active: ActiveDay): void {
    const slot = this.openSlot();
    if (active.parked === undefined) slot.simulator.load(active.vehicle, active.day);
    else slot.simulator.resume(active.parked);
    active.parked = undefined;
    active.slot = slot;
    this.refill(active, slot);
  }

  /**
   * Simulates and encodes the top day's next messages; parks it at the end of a leg and removes it at the end of its
   * day.
   */
  private refill(active: ActiveDay, slot: Slot): void {
    const { arrays, batch, scratch, shiftMs } = this;
    for (;;) {
      const count = active.left === 0 ? 0 : slot.simulator.fill(arrays, Math.min(AHEAD, active.left));
      if (count === 0) {
        this.endTrip(active, slot);
        return;
      }
      const first = active.recordId;
      for (let i = 0; i < count; i++) {
        const arrival = arrays.recorded_at[i]! + arrays.network_delay_ms[i]!;
        slot.arrival[i] = arrival;
        arrays.record_id[i] = first + i;
        arrays.recorded_at[i]! += shiftMs;
        batch.arrays.received_at[i] = arrival + shiftMs;
      }
      active.left -= count;
      slot.recordedAt.set(arrays.recorded_at);
      slot.count = count;
      slot.at = 0;
      while (slot.at < count && slot.arrival[slot.at]! <= this.after) slot.at++;
      active.recordId = first + slot.at;
      if (slot.at === count) continue;
      const used = this.writer.write(batch, 0, count, scratch, 0, slot.ends);
      if (used > slot.bytes.length) slot.bytes = Buffer.alloc(used + (used >> 4));
      scratch.copy(slot.bytes, 0, 0, used);
      active.time = slot.arrival[slot.at]!;
      this.heap.settleTop();
      return;
    }
  }

  private endTrip(active: ActiveDay, slot: Slot): void {
    const nextStart = active.left === 0 ? undefined : slot.simulator.nextMs();
    if (nextStart === undefined) {
      this.closeSlot(active, slot);
      this.heap.removeTop();
      return;
    }
    active.parked = slot.simulator.park();
    this.closeSlot(active, slot);
    // Records held back in the last trip may have arrived later than the next trip starts.
    active.time = Math.max(active.time, nextStart);
    this.heap.settleTop();
  }

  private openSlot(): Slot {
    return (
      this.idle.pop() ?? {
        simulator: new VehicleSimulator(this.dataset, this.plans),
        bytes: Buffer.alloc(0),
        ends: new Int32Array(AHEAD),
        arrival: new Float64Array(AHEAD),
        recordedAt: new Float64Array(AHEAD),
        at: 0,
        count: 0,
      }
    );
  }

  private closeSlot(active: ActiveDay, slot: Slot): void {
    active.slot = undefined;
    // A simulator enlarged by a long route would stay large forever.
    if (this.idle.length < KEPT && !slot.simulator.isLarge) this.idle.push(slot);
  }
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
