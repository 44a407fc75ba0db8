/** The plan of a vehicle-day: its trips and its fault. */
import { DayFaults } from './day-faults.js';
import { DayTrips } from './day-trips.js';

export class DayPlan extends DayTrips {
  readonly faults = new DayFaults();
}
