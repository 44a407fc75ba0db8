/** What is fixed about a vehicle for its whole life: a function of (seed, vehicle number). */
import { exp } from '../random/exact-math.js';
import { type Sfc32, STREAM } from '../random/sfc32.js';
import { NORMAL, TABLE_SHIFT } from '../random/tables.js';
import type { World } from '../world/world.js';

export interface VehicleProfile {
  vehicle: number;
  region: number;
  vehicleClass: number;
  device: number;
  /** Node of the region's network where every day begins and ends. */
  home: number;
  metresPerWeek: number;
  /** Natural logarithm of the driver's factor on the rate of manoeuvres; 0 is the middle driver. */
  driverLog: number;
  /** exp(driverLog). */
  driverFactor: number;
  /** Days since 1970-01-01. */
  commissionedDay: number;
  /** Degrees Celsius that the thermometer is off. */
  thermometerBias: number;
  /** Days from one service of the device to the next. */
  serviceDays: number;
  /** Percent of charge that the battery no longer holds for each year, whatever the service. */
  fadePctPerYear: number;
}

export function emptyProfile(): VehicleProfile {
  return {
    vehicle: -1,
    region: 0,
    vehicleClass: 0,
    device: 0,
    home: 0,
    metresPerWeek: 0,
    driverLog: 0,
    driverFactor: 1,
    commissionedDay: 0,
    thermometerBias: 0,
    serviceDays: 1,
    fadePctPerYear: 0,
  };
}

/** Depots of a region, shared by the vans and trucks that start there. */
const DEPOTS = 4;
/** Factors beyond these bounds would be a driver who never or always brakes hard. */
const DRIVER_LOG_MAX = 2.8;

/** exp() of a driver's log factor, tabulated in steps of 0.01: profiles are made for every vehicle of a plan. */
const DRIVER_FACTOR = Float64Array.from({ length: 2 * DRIVER_LOG_MAX * 100 + 1 }, (_, i) =>
  exp(i / 100 - DRIVER_LOG_MAX),
);

export function fillProfile(world: World, seed: number, vehicle: number, random: Sfc32, out: VehicleProfile): void {
  random.seed(seed, vehicle, 0, STREAM.vehicle);
  out.vehicle = vehicle;
  out.region = pickShare(world.regionShares, random.uniform());
  out.vehicleClass = pickShare(world.classShares, random.uniform());
  out.device = pickShare(world.deviceShares, random.uniform());
  const { connected } = world.regions[out.region]!.routes;
  const home = random.uniform();
  const vehicleClass = world.classes[out.vehicleClass]!;
  const depot = vehicleClass.departsFromDepot ? (Math.floor(home * DEPOTS) + 0.37) / DEPOTS : home;
  out.home = connected[Math.floor(depot * connected.length)]!;
  out.metresPerWeek = vehicleClass.metresPerWeek * (0.7 + 0.55 * random.uniform());
  const driver = NORMAL[random.next() >>> TABLE_SHIFT]! * world.driverSpread;
  const centi = Math.round(Math.max(-DRIVER_LOG_MAX, Math.min(DRIVER_LOG_MAX, driver)) * 100);
  out.driverLog = centi / 100;
  out.driverFactor = DRIVER_FACTOR[centi + DRIVER_LOG_MAX * 100]!;
  out.commissionedDay = world.commissionedFrom + random.below(world.commissionedTo - world.commissionedFrom + 1);
  out.thermometerBias = NORMAL[random.next() >>> TABLE_SHIFT]! * 0.4;
  out.serviceDays = Math.max(1, Math.round(world.service.weeks * 7 * (0.6 + 0.8 * random.uniform())));
  out.fadePctPerYear = 0.4 + 0.6 * random.uniform();
}

/** How far the device has worn since its last service: from 0, with the square of the time, to nearly 1. */
export function wearOf(profile: Pick<VehicleProfile, 'commissionedDay' | 'serviceDays'>, day: number): number {
  const share = ((day - profile.commissionedDay) % profile.serviceDays) / profile.serviceDays;
  return share * share;
}

/** Code of DRIVER_STYLES: calm below -0.8, normal to 0.5, brisk to 1.3, aggressive above. */
export function driverStyle(driverLog: number): number {
  return driverLog < -0.8 ? 0 : driverLog < 0.5 ? 1 : driverLog < 1.3 ? 2 : 3;
}

function pickShare(cumulative: readonly number[], u: number): number {
  let i = 0;
  while (i < cumulative.length - 1 && u >= cumulative[i]!) i++;
  return i;
}
