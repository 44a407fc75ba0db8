/**
 * One vehicle's day, a few records at a time, so that many can be under way at once. Between trips a run is parked: it
 * keeps some hundred numbers and gives its simulator to the next vehicle.
 */

import type { Dataset } from '../plan/dataset.js';
import { restoreNumbers, saveNumbers } from './saved-state.js';
import type { SharedPlans } from './shared-plans.js';
import type { TelemetryArrays } from './telemetry-arrays.js';
import { TripRecords } from './trip-records.js';
import { VehicleDay } from './vehicle-day.js';

/** A simulator for one vehicle at a time: what a vehicle on the road holds. */
export class RunSimulator {
  private readonly day: VehicleDay;
  private readonly trips: TripRecords;

  constructor(dataset: Dataset, plans: SharedPlans) {
    this.day = new VehicleDay(dataset, plans);
    this.trips = new TripRecords(this.day);
  }

  /** Whether it has grown beyond the usual size: better not kept for the next vehicle. */
  get isLarge(): boolean {
    return this.day.isLarge;
  }

  /** Begins a vehicle-day, at its first trip. */
  load(vehicle: number, day: number): void {
    this.trips.reset();
    this.day.load(vehicle, day);
  }

  /** Goes on with a parked run, at its next trip. */
  resume(parked: Float64Array): void {
    this.trips.reset();
    restoreNumbers(this.day.stateful(), parked);
    this.day.restored();
    this.day.nextTrip();
  }

  /** Writes the trip's next records (all but their record_id) to rows 0..limit-1; 0 when the trip is over. */
  fill(out: TelemetryArrays, limit: number): number {
    if (this.day.tick > this.day.ticks && !this.trips.hasKept) return 0;
    return this.trips.fill(out, undefined, 0, limit);
  }

  /** When the day's next trip starts, in UTC milliseconds; undefined after the last. */
  nextStartMs(): number | undefined {
    return this.day.nextStartMs();
  }

  /** After a trip: what `resume` needs. */
  park(): Float64Array {
    return saveNumbers(this.day.stateful());
  }
}
