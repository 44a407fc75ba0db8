/** The trips of an opened dataset, from its plan: no record has to be simulated for them. */
import { setImmediate as turn } from 'node:timers/promises';
import { tripIdOf } from '../columns/trip-id.js';
import type { Dataset } from '../plan/dataset.js';
import type { DayPlan } from '../plan/day/day-plan.js';
import type { PlannedRange } from '../run/dataset-options.js';
import type { SharedPlans } from '../simulate/day/shared-plans.js';
import { wrapLongitude } from '../simulate/records/coordinates.js';
import { vehicleDayOfRecord } from '../simulate/vehicle-day-range.js';
import type { RoadNetwork } from '../world/roads/network.js';

/** A trip, from ignition on to ignition off. Its names are those of the columns where there is such a column. */
export interface Trip {
  /** As in the records. */
  readonly trip_id: number;
  readonly vehicle_id: string;
  /** When the ignition goes on; the device's clock, which the records show, may be off by its faults and jitter. */
  readonly started_at: Date;
  /** When the ignition goes off; the last record is as late, or up to an interval later. */
  readonly ended_at: Date;
  /** WGS 84 degrees of where it begins, without the error of a GPS receiver. */
  readonly origin_latitude: number;
  readonly origin_longitude: number;
  /** WGS 84 degrees of where it ends. */
  readonly destination_latitude: number;
  readonly destination_longitude: number;
  /** Driven, in metres. */
  readonly distance_m: number;
}

/** Vehicle-days that are planned between two turns of the event loop. */
const DAYS_PER_TURN = 128;

/** The trips of a vehicle's day (days since 1970-01-01), in order. */
export function tripsOfDay(dataset: Dataset, plans: SharedPlans, vehicle: number, day: number): Trip[] {
  const { network } = dataset.world.regions[plans.profileOf(vehicle, day).region]!;
  const plan = plans.load(vehicle, day);
  const id = vehicleName(dataset, vehicle);
  return Array.from({ length: plan.trips }, (_, trip) => tripOf(network, plan, id, tripIdOf(vehicle, day, trip), trip));
}

/** The trips of all vehicle-days with records in the range, by day, then vehicle, then time. */
export async function* tripsOf(
  { dataset, from, to }: PlannedRange,
  plans: SharedPlans,
): AsyncGenerator<Trip, void, undefined> {
  if (from === to) return;
  let { vehicle, day } = vehicleDayOfRecord(dataset, plans, from);
  const last = vehicleDayOfRecord(dataset, plans, to - 1);
  for (let planned = 1; day < last.day || (day === last.day && vehicle <= last.vehicle); planned++) {
    yield* tripsOfDay(dataset, plans, vehicle, day);
    if (planned % DAYS_PER_TURN === 0) await turn();
    vehicle++;
    if (vehicle < dataset.vehicles) continue;
    vehicle = 0;
    day++;
  }
}

/** The vehicle_id of a vehicle by its number. */
export function vehicleName({ vehicle: { columns } }: Dataset, vehicle: number): string {
  const { prefix = '', digits = 0 } = columns[0]!;
  return `${prefix}${String(vehicle).padStart(digits, '0')}`;
}

function tripOf(network: RoadNetwork, plan: DayPlan, vehicle: string, id: number, trip: number): Trip {
  const started = plan.startMs[trip]!;
  const [from, to] = [plan.from[trip]!, plan.to[trip]!];
  return {
    trip_id: id,
    vehicle_id: vehicle,
    started_at: new Date(started),
    ended_at: new Date(started + plan.durationMs[trip]!),
    origin_latitude: degrees(network.latitude[from]!),
    origin_longitude: longitude(network.longitude[from]!),
    destination_latitude: degrees(network.latitude[to]!),
    destination_longitude: longitude(network.longitude[to]!),
    distance_m: Math.round(plan.lengthM[trip]!),
  };
}

/** To a millionth, as in the columns. */
function degrees(exact: number): number {
  return Math.round(exact * 1e6) / 1e6;
}

function longitude(exact: number): number {
  return wrapLongitude(Math.round(exact * 1e6)) / 1e6;
}
