/** The records of a vehicle-day, leg by leg: a leg is a trip, or a heartbeat between trips. */

import type { VehicleDay } from '../day/vehicle-day.js';
import { ParkedRecords } from './parked-records.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';
import { TripRecords } from './trip-records.js';

export class DayRecords {
  private readonly trips: TripRecords;
  private readonly parked: ParkedRecords;

  constructor(private readonly day: VehicleDay) {
    this.trips = new TripRecords(day);
    this.parked = new ParkedRecords(day);
  }

  /** Whether a trip has records left. */
  get isOnTrip(): boolean {
    return this.day.tick <= this.day.ticks || this.trips.hasBufferedRow;
  }

  /** Drops a row kept for the next batch: another day begins. */
  reset(): void {
    this.trips.reset();
  }

  /**
   * Writes records of the current leg, or else of the next, to rows first..limit-1 of `out` (and of `truth`), all
   * columns but the record ids; returns the row after the last one written.
   */
  fill(out: TelemetryArrays, truth: TruthArrays | undefined, first: number, limit: number): number {
    const { day } = this;
    if (!this.isOnTrip) {
      if (day.hasHeartbeat) {
        this.parked.write(out, truth, first);
        return first + 1;
      }
      if (!day.nextTrip()) throw new Error(`the plan of day ${day.day} of vehicle ${day.vehicle} counts more records`);
    }
    return this.trips.fill(out, truth, first, limit);
  }
}
