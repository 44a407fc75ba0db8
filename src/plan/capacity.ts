/**
 * How many records each part of a fleet's days holds: prefix sums with one entry per (day, 32 vehicles). A billion
 * records are about 30 000 entries; finding a record plans at most 32 vehicle-days.
 */
import type { DayPlanner } from './day-plan.js';

export const VEHICLES_PER_BLOCK = 32;

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
export function countCapacity(planner: DayPlanner, firstDay: number, vehicles: number, days: number): Capacity {
  const blocks = blocksOf(vehicles);
  const counts = new Float64Array(days * blocks);
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    const block = Math.floor(vehicle / VEHICLES_PER_BLOCK);
    for (let d = 0; d < days; d++) counts[d * blocks + block]! += planner.load(vehicle, firstDay + d);
  }
  return prefixSums(counts, vehicles, days);
}

/** The smallest fleet whose records on the days reach `rows`. */
export function countUntilVehicles(
  planner: DayPlanner,
  firstDay: number,
  days: number,
  rows: number,
  limit: number,
): Capacity {
  const columns: Float64Array[] = [];
  let vehicles = 0;
  let total = 0;
  while (total < rows && vehicles < limit) {
    const block = Math.floor(vehicles / VEHICLES_PER_BLOCK);
    if (block === columns.length) columns.push(new Float64Array(days));
    const column = columns[block]!;
    for (let d = 0; d < days; d++) {
      const records = planner.load(vehicles, firstDay + d);
      column[d]! += records;
      total += records;
    }
    vehicles++;
  }
  const blocks = columns.length;
  const counts = new Float64Array(days * blocks);
  columns.forEach((column, b) => {
    column.forEach((records, d) => {
      counts[d * blocks + b] = records;
    });
  });
  return prefixSums(counts, vehicles, days);
}

/** The fewest days on which the fleet's records reach `rows`. */
export function countUntilDays(
  planner: DayPlanner,
  firstDay: number,
  vehicles: number,
  rows: number,
  limit: number,
): Capacity {
  const blocks = blocksOf(vehicles);
  const counts: number[] = [];
  let days = 0;
  let total = 0;
  while (total < rows && days < limit) {
    for (let b = 0; b < blocks; b++) {
      let records = 0;
      const end = Math.min(vehicles, (b + 1) * VEHICLES_PER_BLOCK);
      for (let v = b * VEHICLES_PER_BLOCK; v < end; v++) records += planner.load(v, firstDay + days);
      counts.push(records);
      total += records;
    }
    days++;
  }
  return prefixSums(Float64Array.from(counts), vehicles, days);
}

function prefixSums(counts: Float64Array, vehicles: number, days: number): Capacity {
  const before = new Float64Array(new SharedArrayBuffer((counts.length + 1) * 8));
  for (let i = 0; i < counts.length; i++) before[i + 1] = before[i]! + counts[i]!;
  return { vehicles, days, before };
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
