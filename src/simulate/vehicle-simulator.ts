/**
 * One vehicle's day, a few records at a time, so that many can be in progress at once. Between legs (a leg is a trip,
 * or a heartbeat while parked) a vehicle is reduced to some hundred numbers, and its simulator serves the next vehicle.
 */

import type { Dataset } from '../plan/dataset.js';
import type { SharedPlans } from './day/shared-plans.js';
import { VehicleDay } from './day/vehicle-day.js';
import { DayRecords } from './records/day-records.js';
import type { TelemetryArrays } from './records/telemetry-arrays.js';
import { restoreNumbers, saveNumbers } from './saved-state.js';

/** A simulator for one vehicle at a time, held by a vehicle during a leg. */
export class VehicleSimulator {
  private readonly day: VehicleDay;
  private readonly records: DayRecords;
  /** True before the next leg begins. */
  private isBeforeLeg = false;

  constructor(dataset: Dataset, plans: SharedPlans) {
    this.day = new VehicleDay(dataset, plans);
    this.records = new DayRecords(this.day);
  }

  /** Whether it has grown beyond the usual size and should not be kept for the next vehicle. */
  get isLarge(): boolean {
    return this.day.isLarge;
  }

  /** Loads a vehicle-day (days since 1970-01-01), at its first leg. */
  load(vehicle: number, day: number): void {
    this.records.reset();
    this.day.load(vehicle, day);
    this.isBeforeLeg = true;
  }

  /** Resumes a parked vehicle at its next leg. */
  resume(parked: Float64Array): void {
    this.records.reset();
    restoreNumbers(this.day.stateful(), parked);
    this.day.restored();
    this.isBeforeLeg = true;
  }

  /** Writes the leg's next records (all but their record_id) to rows 0..limit-1; 0 when it is over. */
  fill(out: TelemetryArrays, limit: number): number {
    if (!this.isBeforeLeg && !this.records.isOnTrip) return 0;
    this.isBeforeLeg = false;
    return this.records.fill(out, undefined, 0, limit);
  }

  /** When the day's next leg starts, in UTC milliseconds; undefined after the last. */
  nextMs(): number | undefined {
    return this.day.nextMs();
  }

  /** Call after a leg; returns the state for `resume`. */
  park(): Float64Array {
    return saveNumbers(this.day.stateful());
  }
}
