/**
 * How many records each part of a fleet's days holds: prefix sums with one entry per (day, 32 vehicles). A billion
 * records need some forty thousand entries; locating a record plans at most 32 vehicle-days.
 */
import { partsByDay, partsByVehicle, type RecordCounter, type Steps } from './counting.js';

export const VEHICLES_PER_BLOCK = 32;

export interface Capacity {
  readonly vehicles: number;
  readonly days: number;
  /** Records before block b of day d: `before[d * blocks + b]`; the last, extra entry is the total. */
  readonly before: Float64Array;
}

export function blockCount(vehicles: number): number {
  return Math.ceil(vehicles / VEHICLES_PER_BLOCK);
}

/** Counts the records of vehicles 0..vehicles - 1 on the days. */
export function* countCapacity(
  counter: RecordCounter,
  firstDay: number,
  vehicles: number,
  days: number,
): Steps<Capacity> {
  const blocks = blockCount(vehicles);
  const counts = emptyCounts(vehicles, days);
  const parts = counter.open(partsByVehicle(firstDay, vehicles, days));
  for (let part = yield* parts.next(); part !== undefined; part = yield* parts.next()) {
    let i = 0;
    for (let vehicle = part.from; vehicle < part.to; vehicle++) {
      const first = 1 + (part.firstDay - firstDay) * blocks + blockOf(vehicle);
      for (let d = 0; d < part.days; d++) counts[first + d * blocks]! += part.records[i++]!;
    }
  }
  return { vehicles, days, before: addedUp(counts) };
}

/** The smallest fleet whose records on the days reach `rows`; `limit` vehicles if none does. */
export function* countUntilVehicles(
  counter: RecordCounter,
  firstDay: number,
  days: number,
  rows: number,
  limit: number,
): Steps<Capacity> {
  /** By block, then day. */
  let byBlock = new Float64Array(days);
  let vehicles = 0;
  let total = 0;
  const parts = counter.open(partsByVehicle(firstDay, limit, days));
  let isBegun = false;
  while (isBegun || (total < rows && vehicles < limit)) {
    const part = (yield* parts.next())!;
    const isLastOfVehicle = part.firstDay + part.days === firstDay + days;
    let i = 0;
    for (let vehicle = part.from; vehicle < part.to && (isBegun || total < rows); vehicle++) {
      isBegun = !isLastOfVehicle;
      const at = blockOf(vehicle) * days;
      if (at === byBlock.length) byBlock = enlarged(byBlock);
      for (let d = part.firstDay - firstDay; d < part.firstDay - firstDay + part.days; d++) {
        const records = part.records[i++]!;
        byBlock[at + d]! += records;
        total += records;
      }
      if (isLastOfVehicle) vehicles = vehicle + 1;
    }
  }
  const blocks = blockCount(vehicles);
  const counts = emptyCounts(vehicles, days);
  for (let b = 0; b < blocks; b++) for (let d = 0; d < days; d++) counts[1 + d * blocks + b] = byBlock[b * days + d]!;
  return { vehicles, days, before: addedUp(counts) };
}

/** The fewest days on which the fleet's records reach `rows`; `limit` days if none do. */
export function* countUntilDays(
  counter: RecordCounter,
  firstDay: number,
  vehicles: number,
  rows: number,
  limit: number,
): Steps<Capacity> {
  const blocks = blockCount(vehicles);
  /** By day, then block. */
  let byDay = new Float64Array(blocks);
  let days = 0;
  let total = 0;
  const parts = counter.open(partsByDay(firstDay, vehicles, limit));
  let isBegun = false;
  while (isBegun || (total < rows && days < limit)) {
    const part = (yield* parts.next())!;
    const isLastOfDay = part.to === vehicles;
    for (let d = 0; d < part.days && (isBegun || total < rows); d++) {
      isBegun = !isLastOfDay;
      const at = (part.firstDay - firstDay + d) * blocks;
      if (at === byDay.length) byDay = enlarged(byDay);
      for (let vehicle = part.from; vehicle < part.to; vehicle++) {
        const records = part.records[(vehicle - part.from) * part.days + d]!;
        byDay[at + blockOf(vehicle)]! += records;
        total += records;
      }
      if (isLastOfDay) days = part.firstDay - firstDay + d + 1;
    }
  }
  const counts = emptyCounts(vehicles, days);
  counts.set(byDay.subarray(0, days * blocks), 1);
  return { vehicles, days, before: addedUp(counts) };
}

function blockOf(vehicle: number): number {
  return Math.floor(vehicle / VEHICLES_PER_BLOCK);
}

function enlarged(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** In shared memory, with room for a leading 0. */
function emptyCounts(vehicles: number, days: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer((blockCount(vehicles) * days + 1) * 8));
}

/** Replaces counts by prefix sums, in place. */
function addedUp(counts: Float64Array): Float64Array {
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!;
  return counts;
}

/** Index of the last entry of `before` that is at most `record`. */
export function entryIndex(capacity: Capacity, record: number): number {
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
