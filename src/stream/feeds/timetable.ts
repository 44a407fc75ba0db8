/**
 * The starts of vehicle-days in chronological order, over all days. A day's table is computed shortly before its first
 * vehicle leaves, from the plan alone, so that a stream holds only the start and the number of records of a vehicle-day
 * that hasn't begun.
 */
import { DAY_MS, HOUR_MS } from '../../base/time.js';
import type { Dataset } from '../../plan/dataset.js';
import type { SharedPlans } from '../../simulate/day/shared-plans.js';

/** A local day begins at most this long before the UTC day: 14 hours of time zone and a margin. */
const EARLIEST_MS = 26 * HOUR_MS;
/**
 * All records of a local day have arrived this long after the day began in UTC: day, time zones, rest hour, lateness.
 */
const LATEST_MS = 3 * DAY_MS;

export interface VehicleDayStart {
  readonly vehicle: number;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** UTC milliseconds of the first record, or just before. */
  readonly startMs: number;
  readonly firstRecordId: number;
  /** Number of records, at least 1. */
  readonly records: number;
}

export interface TimetableOptions {
  /** Only records with ids below this; Infinity for all. */
  readonly rows: number;
  /** Number of days from the dataset's first; Infinity for no end. */
  readonly days: number;
  /** Only vehicle-days that may have a record after this time (virtual milliseconds). */
  readonly after: number;
  readonly includes: (vehicle: number) => boolean;
}

export class Timetable {
  /** Starts of the planned days, latest first, so that the next one is popped. */
  private starts: VehicleDayStart[] = [];
  private dayIndex = 0;
  private recordId = 0;

  constructor(
    private readonly dataset: Dataset,
    private readonly plans: SharedPlans,
    private readonly options: TimetableOptions,
  ) {}

  /** The next start, or undefined at the end. */
  peek(): VehicleDayStart | undefined {
    for (;;) {
      const first = this.starts.at(-1);
      const nextDay = this.dataset.firstDay + this.dayIndex;
      const planned = first !== undefined && first.startMs < nextDay * DAY_MS - EARLIEST_MS;
      if (planned || this.dayIndex >= this.options.days || this.recordId >= this.options.rows) return first;
      this.planDay(nextDay);
    }
  }

  /** Removes and returns the next start. */
  take(): VehicleDayStart | undefined {
    this.peek();
    return this.starts.pop();
  }

  private planDay(day: number): void {
    const { dataset, plans } = this;
    const { rows, after, includes } = this.options;
    const over = day * DAY_MS + LATEST_MS <= after;
    const added: VehicleDayStart[] = [];
    for (let vehicle = 0; vehicle < dataset.vehicles && this.recordId < rows; vehicle++) {
      const plan = plans.load(vehicle, day);
      const records = Math.min(plan.records, rows - this.recordId);
      if (records > 0 && !over && includes(vehicle)) {
        added.push({ vehicle, day, startMs: plan.firstMs, firstRecordId: this.recordId, records });
      }
      this.recordId += records;
    }
    this.dayIndex++;
    this.starts = [...this.starts, ...added].sort((a, b) => b.startMs - a.startMs || b.firstRecordId - a.firstRecordId);
  }
}
