import type { Batch } from '../columns/batch.js';
import { blocksOf, entryOf, VEHICLES_PER_BLOCK } from '../plan/capacity.js';
import type { Dataset } from '../plan/dataset.js';
import { SharedPlans } from './shared-plans.js';
import { type TelemetryArrays, telemetryArrays } from './telemetry-arrays.js';
import { TripRecords } from './trip-records.js';
import { VehicleDay } from './vehicle-day.js';

/** Records in order, a batch at a time. */
export interface RecordSource {
  /** Fills the batch with the next records, sets batch.length and returns it; 0 at the end. */
  fill(batch: Batch): number;
}

/** A simulator of a dataset; keeps what it computed, so a thread makes one and takes many ranges from it. */
export interface Simulator {
  /** The records from (inclusive) to (exclusive). Simulates nothing before the first one's vehicle-day. One range at a time. */
  range(from: number, to: number): RecordSource;
}

export function createSimulator(dataset: Dataset): Simulator {
  const plans = new SharedPlans(dataset);
  const day = new VehicleDay(dataset, plans);
  const trips = new TripRecords(day);
  return { range: (from, to) => rangeOf(plans, day, trips, from, to) };
}

/** The records from (inclusive) to (exclusive) of the dataset, on a simulator of their own. */
export function createRecordSource(dataset: Dataset, from: number, to: number): RecordSource {
  return createSimulator(dataset).range(from, to);
}

function rangeOf(plans: SharedPlans, day: VehicleDay, trips: TripRecords, from: number, to: number): RecordSource {
  const { dataset } = day;
  const { vehicles, firstDay, firstRecordId } = dataset;
  let next = from;
  let dayIndex = 0;
  let vehicle = 0;
  let left = 0;
  let arrays: TelemetryArrays | undefined;
  let boundTo: Batch | undefined;

  /** Loads vehicle-days until one has records. */
  const loadNext = (): void => {
    while (left === 0) {
      vehicle++;
      if (vehicle === vehicles) {
        vehicle = 0;
        dayIndex++;
      }
      left = day.load(vehicle, firstDay + dayIndex);
    }
  };

  /** Goes to the vehicle-day that holds record `from`; returns how many of its records come before. */
  const seek = (): number => {
    const { capacity } = dataset;
    const blocks = blocksOf(vehicles);
    const entry = entryOf(capacity, from);
    dayIndex = Math.floor(entry / blocks);
    vehicle = (entry % blocks) * VEHICLES_PER_BLOCK;
    let skip = from - capacity.before[entry]!;
    for (;;) {
      left = plans.load(vehicle, firstDay + dayIndex).records;
      if (skip < left) break;
      skip -= left;
      vehicle++;
    }
    left = day.load(vehicle, firstDay + dayIndex);
    return skip;
  };

  const simulate = (out: TelemetryArrays, row: number, limit: number): number => {
    if (day.tick > day.ticks) day.nextTrip();
    const end = trips.fill(out, row, limit);
    left -= end - row;
    return end;
  };

  let skip = -1;
  return {
    fill(batch) {
      if (boundTo !== batch || arrays === undefined) {
        arrays = telemetryArrays(batch);
        boundTo = batch;
      }
      const count = Math.min(batch.capacity, to - next);
      if (count <= 0) {
        batch.length = 0;
        return 0;
      }
      if (skip < 0) skip = seek();
      while (skip > 0) skip -= simulate(arrays, 0, Math.min(skip, batch.capacity));
      let row = 0;
      while (row < count) {
        if (left === 0) loadNext();
        row = simulate(arrays, row, count);
      }
      for (let i = 0; i < count; i++) arrays.recordId[i] = firstRecordId + next + i;
      next += count;
      batch.length = count;
      return count;
    },
  };
}
