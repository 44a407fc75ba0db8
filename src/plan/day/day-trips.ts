/** The trips of a vehicle-day, and its number of records. */

export const MAX_TRIPS = 99;

/** A day's trips; arrays are reused. */
export class DayTrips {
  records = 0;
  /** Time of the first record, UTC milliseconds; only if there are any. */
  firstMs = 0;
  trips = 0;
  /** Metres on the odometer at the day's start. */
  odometerM = 0;
  /** By trip: nodes, UTC milliseconds of ignition on, milliseconds until ignition off, metres, number of intervals. */
  readonly from = new Int32Array(MAX_TRIPS + 1);
  readonly to = new Int32Array(MAX_TRIPS + 1);
  readonly startMs = new Float64Array(MAX_TRIPS + 1);
  readonly durationMs = new Float64Array(MAX_TRIPS + 1);
  readonly lengthM = new Float64Array(MAX_TRIPS + 1);
  readonly ticks = new Int32Array(MAX_TRIPS + 1);
  /** The day's begin and end in UTC milliseconds, and the nodes where the vehicle is parked before and after. */
  dayStartMs = 0;
  dayEndMs = 0;
  startNode = 0;
}
