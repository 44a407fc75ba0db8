import type { Batch } from '../columns/batch.js';
import type { TelemetryColumns } from '../columns/telemetry.js';
import type { TruthColumns } from '../columns/truth.js';
import { blocksOf, entryOf, VEHICLES_PER_BLOCK } from '../plan/capacity/capacity.js';
import type { Dataset } from '../plan/dataset.js';
import { checkRange } from '../plan/record-range.js';
import { SharedPlans } from './day/shared-plans.js';
import { VehicleDay } from './day/vehicle-day.js';
import { DayRecords } from './records/day-records.js';
import { type TelemetryArrays, type TruthArrays, telemetryArrays, truthArrays } from './records/telemetry-arrays.js';

/** Records in order, a batch at a time. */
export interface RecordSource {
  /**
   * Fills the batch with the next records, and `truth` (a batch of the truth schema, as large) with their truth where it
   * is given; sets both lengths and returns them; 0 at the end.
   */
  fill(batch: Batch<TelemetryColumns>, truth?: Batch<TruthColumns>): number;
}

/** A simulator of a dataset; keeps what it computed, so a thread makes one and takes many ranges from it. */
export interface Simulator {
  /**
   * The records from (inclusive) to (exclusive). Simulates nothing before the first one's vehicle-day. One range at a time. Throws a
   * requestError for a range that the dataset lacks.
   */
  range(from: number, to: number): RecordSource;
}

/** `plans`: of the same dataset, one for all the simulators of a thread. */
export function createSimulator(dataset: Dataset, plans = new SharedPlans(dataset)): Simulator {
  const day = new VehicleDay(dataset, plans);
  const records = new DayRecords(day);
  return {
    range(from, to) {
      checkRange(dataset, from, to);
      return rangeOf(plans, day, records, from, to);
    },
  };
}

/** The records from (inclusive) to (exclusive) of the dataset, on a simulator of their own. */
export function createRecordSource(dataset: Dataset, from: number, to: number): RecordSource {
  return createSimulator(dataset).range(from, to);
}

function rangeOf(plans: SharedPlans, day: VehicleDay, records: DayRecords, from: number, to: number): RecordSource {
  const { dataset } = day;
  const { vehicles, firstDay, firstRecordId } = dataset;
  let next = from;
  let dayIndex = 0;
  let vehicle = 0;
  let left = 0;
  let arrays: TelemetryArrays | undefined;
  let truths: TruthArrays | undefined;
  let boundTo: Batch<TelemetryColumns> | undefined;
  let truthBoundTo: Batch<TruthColumns> | undefined;

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
    records.reset();
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

  const simulate = (out: TelemetryArrays, truth: TruthArrays | undefined, row: number, limit: number): number => {
    const end = records.fill(out, truth, row, limit);
    left -= end - row;
    return end;
  };

  let skip = -1;
  return {
    fill(batch, truth) {
      if (boundTo !== batch || arrays === undefined) {
        arrays = telemetryArrays(batch, dataset.world);
        boundTo = batch;
      }
      if (truthBoundTo !== truth) {
        truths = truth === undefined ? undefined : truthArrays(truth, dataset.world.events);
        truthBoundTo = truth;
      }
      const count = Math.min(batch.capacity, to - next);
      if (count <= 0) {
        batch.length = 0;
        return 0;
      }
      if (skip < 0) skip = seek();
      while (skip > 0) skip -= simulate(arrays, truths, 0, Math.min(skip, batch.capacity));
      let row = 0;
      while (row < count) {
        if (left === 0) loadNext();
        row = simulate(arrays, truths, row, count);
      }
      for (let i = 0; i < count; i++) arrays.recordId[i] = firstRecordId + next + i;
      if (truth !== undefined && truths !== undefined) {
        truths.recordId.set(arrays.recordId.subarray(0, count));
        truth.length = count;
      }
      next += count;
      batch.length = count;
      return count;
    },
  };
}
