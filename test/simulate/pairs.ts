/** Consecutive records of the same vehicle, for checks that look at what happens between two of them. */
import type { Batch } from '#src/columns/batch.js';
import { isNull } from '#src/columns/batch.js';
import { TELEMETRY } from '#src/columns/telemetry.js';

const LATITUDE = TELEMETRY.columns.find((column) => column.name === 'latitude')!;
const METRES_PER_MICRODEGREE = 0.1111951;

/** Calls back with the rows of every two records that follow one another for a vehicle, over parked times and nights too. */
export function eachPair(batch: Batch, visit: (before: number, row: number, sameTrip: boolean) => void): void {
  const last = new Map<number, number>();
  const { vehicle_id, trip_id } = batch.arrays;
  for (let row = 0; row < batch.length; row++) {
    const vehicle = vehicle_id![row]!;
    const before = last.get(vehicle);
    if (before !== undefined) visit(before, row, trip_id![before] === trip_id![row]);
    last.set(vehicle, row);
  }
}

export function hasPosition(batch: Batch, row: number): boolean {
  return !isNull(LATITUDE, batch.arrays.latitude![row]!);
}

/** Metres east and north from one record's position to another's; both must have one. */
export function displacement(
  batch: Batch,
  before: number,
  row: number,
): { readonly east: number; readonly north: number } {
  const { latitude, longitude } = batch.arrays;
  const narrow = Math.cos(((latitude![before]! + latitude![row]!) / 2e6) * (Math.PI / 180));
  return {
    east: (longitude![row]! - longitude![before]!) * METRES_PER_MICRODEGREE * narrow,
    north: (latitude![row]! - latitude![before]!) * METRES_PER_MICRODEGREE,
  };
}

/** Counts how often something holds. */
export class Tally {
  all = 0;
  failed = 0;
  first = '';

  check(holds: boolean, what: () => string): void {
    this.all++;
    if (holds) return;
    if (this.failed++ === 0) this.first = what();
  }

  get failedShare(): number {
    return this.failed / this.all;
  }

  toString(): string {
    return `${this.failed} of ${this.all} fail, first ${this.first}`;
  }
}
