/** Where a vehicle's day is in the dataset. */
import { blockCount, entryIndex, VEHICLES_PER_BLOCK } from '../plan/capacity/capacity.js';
import type { Dataset } from '../plan/dataset.js';
import type { SharedPlans } from './day/shared-plans.js';

/**
 * Positions of the records of a vehicle's day (days since 1970-01-01), from (inclusive) to (exclusive), in a dataset
 * without a limit of rows. Plans at most 32 vehicle-days.
 */
export function vehicleDayRange(
  { firstDay, vehicles, capacity }: Dataset,
  plans: SharedPlans,
  vehicle: number,
  day: number,
): readonly [from: number, to: number] {
  const block = Math.floor(vehicle / VEHICLES_PER_BLOCK);
  let from = capacity.before[(day - firstDay) * blockCount(vehicles) + block]!;
  for (let each = block * VEHICLES_PER_BLOCK; each < vehicle; each++) from += plans.load(each, day).records;
  return [from, from + plans.load(vehicle, day).records];
}

/** The vehicle-day of a record: vehicle, and days since 1970-01-01. Plans at most 32 vehicle-days. */
export function vehicleDayOfRecord(
  { firstDay, vehicles, capacity }: Dataset,
  plans: SharedPlans,
  record: number,
): { readonly vehicle: number; readonly day: number; readonly before: number } {
  const blocks = blockCount(vehicles);
  const entry = entryIndex(capacity, record);
  const day = firstDay + Math.floor(entry / blocks);
  let vehicle = (entry % blocks) * VEHICLES_PER_BLOCK;
  let before = record - capacity.before[entry]!;
  for (;;) {
    const { records } = plans.load(vehicle, day);
    if (before < records) return { vehicle, day, before };
    before -= records;
    vehicle++;
  }
}
