import type { Batch } from '../columns/batch.js';
import type { TelemetryColumns } from '../columns/telemetry.js';
import type { TruthColumns } from '../columns/truth.js';
import type { Dataset } from '../plan/dataset.js';
import { checkRange } from '../plan/record-range.js';
import { SharedPlans } from './day/shared-plans.js';
import { VehicleDay } from './day/vehicle-day.js';
import { DayRecords } from './records/day-records.js';
import { type TelemetryArrays, type TruthArrays, telemetryArrays, truthArrays } from './records/telemetry-arrays.js';
import { vehicleDayOfRecord } from './vehicle-day-range.js';

/** Records in order, a batch at a time. */
export interface RecordSource {
  /**
   * Fills the batch with the next records and, if given, `truth` (a batch of the truth schema of the same size) with
   * their ground truth; sets and returns the length of both; 0 at the end.
   */
  fill(batch: Batch<TelemetryColumns>, truth?: Batch<TruthColumns>): number;
}

/**
 * A simulator of a dataset. It caches what it has computed, so a thread should create one and take many ranges from it.
 */
export interface Simulator {
  /**
   * The records `from` (inclusive) to `to` (exclusive). Simulates nothing before the first record's vehicle-day. One
   * range at a time. Throws a requestError for a range outside the dataset.
   */
  range(from: number, to: number): RecordSource;
}

/** `plans`: plans of the same dataset, shared by all simulators of a thread. */
export function createSimulator(dataset: Dataset, plans = new SharedPlans(dataset)): Simulator {
  const day = new VehicleDay(dataset, plans);
  const records = new DayRecords(day);
  return {
    range(from, to) {
      checkRange(dataset, from, to);
      return new RangeSource(plans, day, records, from, to);
    },
  };
}

/**
 * The records `from` (inclusive) to `to` (exclusive) of the dataset, from a new simulator. Throws a requestError for a
 * range outside the dataset.
 */
export function createRecordSource(dataset: Dataset, from: number, to: number): RecordSource {
  return createSimulator(dataset).range(from, to);
}

class RangeSource implements RecordSource {
  private next: number;
  /** The current vehicle-day, and how many of its records are left. */
  private dayIndex = 0;
  private vehicle = 0;
  private left = 0;
  /** Records of the first vehicle-day that precede the range; -1 before `seek`. */
  private skip = -1;
  private boundTo: Batch<TelemetryColumns> | undefined;
  private arrays: TelemetryArrays | undefined;
  private truthBoundTo: Batch<TruthColumns> | undefined;
  private truths: TruthArrays | undefined;

  constructor(
    private readonly plans: SharedPlans,
    private readonly day: VehicleDay,
    private readonly records: DayRecords,
    from: number,
    private readonly to: number,
  ) {
    this.next = from;
  }

  fill(batch: Batch<TelemetryColumns>, truth?: Batch<TruthColumns>): number {
    const count = Math.min(batch.capacity, this.to - this.next);
    if (count <= 0) {
      batch.length = 0;
      if (truth !== undefined) truth.length = 0;
      return 0;
    }
    const arrays = this.bind(batch, truth);
    const { truths } = this;
    if (this.skip < 0) this.skip = this.seek();
    while (this.skip > 0) this.skip -= this.simulate(arrays, truths, 0, Math.min(this.skip, batch.capacity));
    let row = 0;
    while (row < count) {
      if (this.left === 0) this.loadNext();
      row = this.simulate(arrays, truths, row, count);
    }
    const first = this.day.dataset.firstRecordId + this.next;
    for (let i = 0; i < count; i++) arrays.record_id[i] = first + i;
    if (truth !== undefined && truths !== undefined) {
      truths.record_id.set(arrays.record_id.subarray(0, count));
      truth.length = count;
    }
    this.next += count;
    batch.length = count;
    return count;
  }

  /** Binds the batches' arrays, which are mostly the same as in the previous call. */
  private bind(batch: Batch<TelemetryColumns>, truth: Batch<TruthColumns> | undefined): TelemetryArrays {
    const { world } = this.day.dataset;
    if (this.truthBoundTo !== truth) {
      this.truths = truth === undefined ? undefined : truthArrays(truth, world.events);
      this.truthBoundTo = truth;
    }
    if (this.boundTo === batch && this.arrays !== undefined) return this.arrays;
    this.arrays = telemetryArrays(batch, world);
    this.boundTo = batch;
    return this.arrays;
  }

  /** Moves to the vehicle-day with the range's first record; returns how many of its records precede it. */
  private seek(): number {
    this.records.reset();
    const { dataset } = this.day;
    const { vehicle, day, before } = vehicleDayOfRecord(dataset, this.plans, this.next);
    this.dayIndex = day - dataset.firstDay;
    this.vehicle = vehicle;
    this.left = this.day.load(vehicle, day);
    return before;
  }

  /** Loads the next vehicle-day that has records. */
  private loadNext(): void {
    const { vehicles, firstDay } = this.day.dataset;
    while (this.left === 0) {
      this.vehicle++;
      if (this.vehicle === vehicles) {
        this.vehicle = 0;
        this.dayIndex++;
      }
      this.left = this.day.load(this.vehicle, firstDay + this.dayIndex);
    }
  }

  private simulate(out: TelemetryArrays, truth: TruthArrays | undefined, row: number, limit: number): number {
    const end = this.records.fill(out, truth, row, limit);
    this.left -= end - row;
    return end;
  }
}
