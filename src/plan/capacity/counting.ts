/** Counts the records of vehicle-days in parts, so that the caller can do other work in between, or stop. */
import type { DayPlanner } from '../day/day-planner.js';

/** Vehicle-days per part at most: planning them takes some tens of milliseconds. */
const PART_VEHICLE_DAYS = 512;
/**
 * Vehicle-days of the first part; each part may have twice as many as the one before. So few records need few
 * vehicle-days, and the weather of a few weeks instead of half a year.
 */
const FIRST_VEHICLE_DAYS = 16;

/**
 * Work in steps: it yields after each step, with a promise that the next one has to wait for, if any, and returns the
 * result.
 */
export type Steps<T> = Generator<Promise<unknown> | undefined, T>;

/** Runs all steps synchronously; none may have to wait. */
export function runSteps<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Vehicles `from` (inclusive) to `to` (exclusive) on `days` days from `firstDay` (days since 1970-01-01). */
export interface VehicleDays {
  readonly from: number;
  readonly to: number;
  readonly firstDay: number;
  readonly days: number;
}

export interface CountedPart extends VehicleDays {
  /** Records by vehicle, then day. */
  readonly records: Uint32Array;
}

/** Counts parts in order; undefined after the last. A caller may stop before the end. */
export interface RecordCounter {
  open(parts: Iterator<VehicleDays, void>): { next(): Steps<CountedPart | undefined> };
}

export function countPart(planner: DayPlanner, part: VehicleDays): CountedPart {
  const { from, to, firstDay, days } = part;
  const records = new Uint32Array((to - from) * days);
  let i = 0;
  for (let vehicle = from; vehicle < to; vehicle++) {
    for (let d = 0; d < days; d++) records[i++] = planner.load(vehicle, firstDay + d);
  }
  return { ...part, records };
}

/** Counts in the calling thread. */
export function counterOf(planner: DayPlanner): RecordCounter {
  return {
    open: (parts) => ({
      *next() {
        const { value: part } = parts.next();
        if (part === undefined) return undefined;
        yield undefined;
        return countPart(planner, part);
      },
    }),
  };
}

/** All days of a group of vehicles, then the next group: planning is cheapest for consecutive days of a vehicle. */
export function* partsByVehicle(firstDay: number, vehicles: number, days: number): Generator<VehicleDays, void> {
  let size = FIRST_VEHICLE_DAYS;
  for (let from = 0, to = 0; from < vehicles; from = to) {
    to = Math.min(vehicles, from + Math.max(1, Math.floor(size / days)));
    size = Math.min(PART_VEHICLE_DAYS, 2 * size);
    for (let d = 0; d < days; d += PART_VEHICLE_DAYS) {
      yield { from, to, firstDay: firstDay + d, days: Math.min(days - d, PART_VEHICLE_DAYS) };
    }
  }
}

/** All vehicles on a group of days, then the next group. */
export function* partsByDay(firstDay: number, vehicles: number, days: number): Generator<VehicleDays, void> {
  let size = FIRST_VEHICLE_DAYS;
  for (let d = 0, step = 0; d < days; d += step) {
    step = Math.max(1, Math.floor(size / vehicles));
    size = Math.min(PART_VEHICLE_DAYS, 2 * size);
    for (let from = 0; from < vehicles; from += PART_VEHICLE_DAYS) {
      const to = Math.min(vehicles, from + PART_VEHICLE_DAYS);
      yield { from, to, firstDay: firstDay + d, days: Math.min(days - d, step) };
    }
  }
}
