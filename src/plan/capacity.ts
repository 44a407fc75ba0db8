/**
 * How many records each part of a fleet's days holds: prefix sums with one entry per (day, 32 vehicles). A billion
 * records are some forty thousand entries; finding a record plans at most 32 vehicle-days. Counting takes its time where a lot is
 * asked for, so it is done in steps, between which whoever runs them can turn to something else, or stop.
 */
import type { DayPlanner } from './day-plan.js';

export const VEHICLES_PER_BLOCK = 32;
/** A step takes a few milliseconds. */
const DAYS_PER_STEP = 4096;

/** Work in steps: it yields after each, and returns what it comes to. */
export type Steps<T> = Generator<void, T>;

/** Runs all the steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

export interface Capacity {
  readonly vehicles: number;
  readonly days: number;
  /** Records before block b of day d: `before[d * blocks + b]`; one more entry, the total, at the end. */
  readonly before: Float64Array;
}

export function blocksOf(vehicles: number): number {
  return Math.ceil(vehicles / VEHICLES_PER_BLOCK);
}

/** Counts the records of vehicles 0..vehicles-1 on the days, week by week of a vehicle as that is cheapest. */
export function* countCapacity(planner: DayPlanner, firstDay: number, vehicles: number, days: number): Steps<Capacity> {
  const blocks = blocksOf(vehicles);
  const counts = emptyCounts(vehicles, days);
  const pause = pauses();
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    const block = Math.floor(vehicle / VEHICLES_PER_BLOCK);
    for (let d = 0; d < days; d++) {
      counts[1 + d * blocks + block]! += planner.load(vehicle, firstDay + d);
      if (pause()) yield;
    }
  }
  return { vehicles, days, before: addedUp(counts) };
}

/** The smallest fleet whose records on the days reach `rows`. */
export function* countUntilVehicles(
  planner: DayPlanner,
  firstDay: number,
  days: number,
  rows: number,
  limit: number,
): Steps<Capacity> {
  /** By block, then day. */
  let byBlock = new Float64Array(days);
  const pause = pauses();
  let vehicles = 0;
  let total = 0;
  while (total < rows && vehicles < limit) {
    const at = Math.floor(vehicles / VEHICLES_PER_BLOCK) * days;
    if (at === byBlock.length) byBlock = enlarged(byBlock);
    for (let d = 0; d < days; d++) {
      const records = planner.load(vehicles, firstDay + d);
      byBlock[at + d]! += records;
      total += records;
      if (pause()) yield;
    }
    vehicles++;
  }
  const blocks = blocksOf(vehicles);
  const counts = emptyCounts(vehicles, days);
  for (let b = 0; b < blocks; b++) for (let d = 0; d < days; d++) counts[1 + d * blocks + b] = byBlock[b * days + d]!;
  return { vehicles, days, before: addedUp(counts) };
}

/** The fewest days on which the fleet's records reach `rows`. */
export function* countUntilDays(
  planner: DayPlanner,
  firstDay: number,
  vehicles: number,
  rows: number,
  limit: number,
): Steps<Capacity> {
  const blocks = blocksOf(vehicles);
  /** By day, then block. */
  let byDay = new Float64Array(blocks);
  const pause = pauses();
  let days = 0;
  let total = 0;
  while (total < rows && days < limit) {
    const at = days * blocks;
    if (at === byDay.length) byDay = enlarged(byDay);
    for (let v = 0; v < vehicles; v++) {
      const records = planner.load(v, firstDay + days);
      byDay[at + Math.floor(v / VEHICLES_PER_BLOCK)]! += records;
      total += records;
      if (pause()) yield;
    }
    days++;
  }
  const counts = emptyCounts(vehicles, days);
  counts.set(byDay.subarray(0, days * blocks), 1);
  return { vehicles, days, before: addedUp(counts) };
}

/** True each time a step's vehicle-days are planned. */
function pauses(): () => boolean {
  let planned = 0;
  return () => ++planned % DAYS_PER_STEP === 0;
}

function enlarged(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** On shared memory, with room for the 0 in front. */
function emptyCounts(vehicles: number, days: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer((blocksOf(vehicles) * days + 1) * 8));
}

/** Turns counts into sums, in place. */
function addedUp(counts: Float64Array): Float64Array {
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!;
  return counts;
}

/** Index of the last entry of `before` that is at most `record`. */
export function entryOf(capacity: Capacity, record: number): number {
  const { before } = capacity;
  let low = 0;
  let high = before.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (before[middle]! <= record) low = middle;
    else high = middle - 1;
  }
  return low;
}
