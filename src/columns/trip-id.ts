/** What a trip_id is made of: vehicle number x 10^7 + days since 1970-01-01 x 100 + trip of the day. */

const TRIPS = 100;
const DAYS = 1e5;

/** Vehicles of the largest fleet. */
export const MAX_VEHICLES = 50_000_000;
/** Upper bound of trip ids. */
export const LAST_TRIP_ID = MAX_VEHICLES * TRIPS * DAYS;

export function tripIdOf(vehicle: number, day: number, trip: number): number {
  return vehicle * TRIPS * DAYS + day * TRIPS + trip;
}

/** The trip's vehicle and day as one number. */
export function vehicleDayOf(tripId: number): number {
  return Math.floor(tripId / TRIPS);
}

/** Days since 1970-01-01. */
export function dayOfTrip(tripId: number): number {
  return vehicleDayOf(tripId) % DAYS;
}
