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
/** Idle lanes that are kept for the next vehicles. */
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
interface Lane {
  readonly simulator: RunSimulator;
  bytes: Buffer;
  readonly ends: Int32Array;
  readonly arrival: Float64Array;
  readonly recordedAt: Float64Array;
  /** Position of the next message, and their number. */
  at: number;
  count: number;
}

/** A vehicle-day under way. Without a lane it waits for its next trip. */
interface Run extends Waiting {
  readonly vehicle: number;
  readonly day: number;
  /** Records not yet simulated. */
  left: number;
  parked: Float64Array | undefined;
  lane: Lane | undefined;
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
  const heap = new ArrivalHeap<Run>();
  const lanes: Lane[] = [];

  const openLane = (): Lane =>
    lanes.pop() ?? {
      simulator: new RunSimulator(dataset, plans),
      bytes: Buffer.alloc(0),
      ends: new Int32Array(AHEAD),
      arrival: new Float64Array(AHEAD),
      recordedAt: new Float64Array(AHEAD),
      at: 0,
      count: 0,
    };

  const closeLane = (run: Run, lane: Lane): void => {
    run.lane = undefined;
    // One that grew on a long way would keep its size for ever.
    if (lanes.length < KEPT && !lane.simulator.isLarge) lanes.push(lane);
  };

  const start = (run: Run): void => {
    const lane = openLane();
    if (run.parked === undefined) lane.simulator.load(run.vehicle, run.day);
    else lane.simulator.resume(run.parked);
    run.parked = undefined;
    run.lane = lane;
    refill(run, lane);
  };

  /** Simulates and encodes the top run's next messages, parks it at the end of a trip, removes it at the end of its day. */
  const refill = (run: Run, lane: Lane): void => {
    for (;;) {
      const count = run.left === 0 ? 0 : lane.simulator.fill(arrays, Math.min(AHEAD, run.left));
      if (count === 0) {
        endTrip(run, lane);
        return;
      }
      const first = run.recordId;
      for (let i = 0; i < count; i++) {
        const arrival = arrays.recordedAt[i]! + arrays.networkDelay[i]!;
        lane.arrival[i] = arrival;
        arrays.recordId[i] = first + i;
        arrays.recordedAt[i]! += feed.shiftMs;
        receivedAt[i] = arrival + feed.shiftMs;
      }
      run.left -= count;
      lane.recordedAt.set(arrays.recordedAt);
      lane.count = count;
      lane.at = 0;
      while (lane.at < count && lane.arrival[lane.at]! <= after) lane.at++;
      run.recordId = first + lane.at;
      if (lane.at === count) continue;
      const used = writer.write(batch, 0, count, scratch, 0, lane.ends);
      if (used > lane.bytes.length) lane.bytes = Buffer.alloc(used + (used >> 4));
      scratch.copy(lane.bytes, 0, 0, used);
      run.time = lane.arrival[lane.at]!;
      heap.settleTop();
      return;
    }
  };

  const endTrip = (run: Run, lane: Lane): void => {
    const nextStart = run.left === 0 ? undefined : lane.simulator.nextMs();
    if (nextStart === undefined) {
      closeLane(run, lane);
      heap.removeTop();
      return;
    }
    run.parked = lane.simulator.park();
    closeLane(run, lane);
    // Records held back in the last trip may have arrived later than the next trip starts.
    run.time = Math.max(run.time, nextStart);
    heap.settleTop();
  };

  /** Makes the top of the heap the run with the next message; undefined at the end. */
  const nextRun = (until: number): Run | undefined => {
    for (;;) {
      const top = heap.top;
      const begin = timetable.peek();
      if (begin !== undefined && (top === undefined || begin.startMs <= top.time)) {
        if (begin.startMs > until) return undefined;
        timetable.take();
        heap.push(runOf(begin));
      } else if (top === undefined || top.time > until) return undefined;
      else if (top.lane === undefined) start(top);
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
        const run = nextRun(until);
        if (run === undefined) break;
        const lane = run.lane!;
        const i = lane.at;
        const from = i === 0 ? 0 : lane.ends[i - 1]!;
        const to = lane.ends[i]!;
        if (!block.hasRoom(to - from)) break;
        block.add(lane.bytes, from, to, lane.recordedAt[i]!, run.vehicle, run.time, run.recordId);
        taken++;
        run.recordId++;
        if (++lane.at < lane.count) {
          run.time = lane.arrival[lane.at]!;
          heap.settleTop();
        } else refill(run, lane);
      }
      return taken;
    },
    close: async () => {},
  };
  return feed;
}

function runOf({ vehicle, day, startMs, firstRecordId, records }: VehicleDayStart): Run {
  return {
    time: startMs,
    recordId: firstRecordId,
    vehicle,
    day,
    left: records,
    parked: undefined,
    lane: undefined,
  };
}
