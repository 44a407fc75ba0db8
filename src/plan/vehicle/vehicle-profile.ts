/** The constant properties of a vehicle: a function of (seed, vehicle number). */
import type { DriverModel } from '../../motion/driver-model.js';
import { exp } from '../../random/exact-math.js';
import { hash32 } from '../../random/hash.js';
import { type Sfc32, STREAM } from '../../random/sfc32.js';
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { SPEEDING } from '../../world/tables/event-tables.js';
import type { ClassWorld, RegionWorld, World } from '../../world/world.js';
import { estimateDistanceM } from '../day/destinations.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface VehicleProfile extends Writable<DriverModel> {
  vehicle: number;
  /** Random key of its decisions by day and week. */
  key: number;
  region: number;
  vehicleClass: number;
  device: number;
  /** Node where its rounds begin and end: home or depot. */
  base: number;
  /** Node of its workplace; -1 for none. */
  work: number;
  /** Metres to work and back, at most. */
  commuteM: number;
  /** Its district, an index into RegionWorld.districts. */
  district: number;
  /** When it usually leaves, as a quantile of its class's departures. */
  usualDeparture: number;
  metresPerWeek: number;
  /** Natural logarithm of the driver's factor on the rate of manoeuvres; 0 is the median driver. */
  driverLog: number;
  /** exp(driverLog). */
  driverFactor: number;
  /** Days since 1970-01-01. */
  commissionedDay: number;
  /** Bias of the thermometer, degrees Celsius. */
  thermometerBias: number;
  /** Days from one service of the device to the next. */
  serviceDays: number;
  /** Loss of battery capacity, percent per year, not restored by service. */
  fadePctPerYear: number;
}

export function emptyProfile(): VehicleProfile {
  return {
    vehicle: -1,
    key: 0,
    region: 0,
    vehicleClass: 0,
    device: 0,
    base: 0,
    work: -1,
    commuteM: 0,
    district: 0,
    usualDeparture: 0,
    metresPerWeek: 0,
    driverLog: 0,
    driverFactor: 1,
    commissionedDay: 0,
    thermometerBias: 0,
    serviceDays: 1,
    fadePctPerYear: 0,
    topSpeed: 1,
    acceleration: 1,
    braking: 1,
    cornering: 1,
    pace: 1,
    speeding: 1,
  };
}

/** Standard deviation of a thermometer's bias, in degrees (declared). */
const THERMOMETER_SPREAD_C = 0.4;
/**
 * Variation by vehicle: of the time between services relative to the scenario's, and of the charge that a battery loses
 * with age (declared).
 */
const SERVICE = { min: 0.6, span: 0.8 };
const FADE_PCT_PER_YEAR = { min: 0.4, span: 0.6 };
/** Bound on log factors: beyond it a driver would never, or always, brake hard (declared). */
const DRIVER_LOG_MAX = 2.8;
/** exp() of a driver's log factor, tabulated in steps of 0.01: profiles are made for every vehicle of a plan. */
const DRIVER_FACTOR = Float64Array.from({ length: 2 * DRIVER_LOG_MAX * 100 + 1 }, (_, i) =>
  exp(i / 100 - DRIVER_LOG_MAX),
);
/** A driver with a higher factor is also slightly faster and harsher in ordinary driving (declared). */
const PACE_FACTOR = { middle: 0.97, perLog: 0.016, min: 0.9, max: 1.02 };
const ACCELERATION_FACTOR = { perLog: 0.05, min: 0.85, max: 1.12 };
/** Bound on the deviation of distances, in spreads: hours of a year and drivers' hours are limited (declared). */
const MAX_DEVIATION = 1.7;
const MAX_DEVIATION_BY_HOURS = 1.2;
/** Share of the class's departures in which commuters leave; later ones belong to days off (declared). */
const LATEST_TO_WORK = 0.62;
/** Mean share of a week's distance that commuting takes, and number of candidate workplaces (declared). */
const COMMUTE_SHARE = 0.55;
const MAX_COMMUTE_SHARE = 0.75;
const WORKPLACES_SEEN = 8;
const WORKING_DAYS = 4.4;
/**
 * Maximum share of a day's distance for the trips to a district and back, and number of candidate districts (declared).
 */
const DISTRICT_SHARE = 0.4;
const DISTRICTS_SEEN = 16;
const BASES_SEEN = 4;

export function fillProfile(world: World, seed: number, vehicle: number, random: Sfc32, out: VehicleProfile): void {
  random.seed(seed, vehicle, 0, STREAM.vehicle);
  out.vehicle = vehicle;
  out.key = hash32(hash32(seed | 0, Math.floor(seed / 4294967296)), vehicle);
  out.region = pickShare(world.regionShares, random.uniform());
  out.vehicleClass = pickShare(world.classShares, random.uniform());
  out.device = pickShare(world.deviceShares, random.uniform());
  const region = world.regions[out.region]!;
  const vehicleClass = world.classes[out.vehicleClass]!;
  const bases = vehicleClass.departsFromDepot ? region.places.depots : region.places.homes;
  out.base = bases[random.below(bases.length)]!;
  out.usualDeparture = LATEST_TO_WORK * random.uniform();
  const { spread } = vehicleClass;
  const drawn = NORMAL[random.next() >>> TABLE_SHIFT]!;
  const max = Number.isFinite(vehicleClass.dayDriveS) ? MAX_DEVIATION_BY_HOURS : MAX_DEVIATION;
  const deviation = Math.max(-MAX_DEVIATION, Math.min(max, drawn));
  out.metresPerWeek = vehicleClass.metresPerWeek * exp(spread * deviation - (spread * spread) / 2);
  const driver = NORMAL[random.next() >>> TABLE_SHIFT]! * world.driverSpread;
  const centi = Math.round(Math.max(-DRIVER_LOG_MAX, Math.min(DRIVER_LOG_MAX, driver)) * 100);
  out.driverLog = centi / 100;
  out.driverFactor = DRIVER_FACTOR[centi + DRIVER_LOG_MAX * 100]!;
  out.commissionedDay = world.commissionedFrom + random.below(world.commissionedTo - world.commissionedFrom + 1);
  out.thermometerBias = NORMAL[random.next() >>> TABLE_SHIFT]! * THERMOMETER_SPREAD_C;
  out.serviceDays = Math.max(1, Math.round(world.service.weeks * 7 * (SERVICE.min + SERVICE.span * random.uniform())));
  out.fadePctPerYear = FADE_PCT_PER_YEAR.min + FADE_PCT_PER_YEAR.span * random.uniform();
  fillDriver(world, vehicleClass, out);
  fillWork(region, vehicleClass, random, out);
  fillDistrict(region, vehicleClass, bases, random, out);
}

function fillDriver(world: World, vehicleClass: ClassWorld, out: VehicleProfile): void {
  const { driverLog } = out;
  const vigour = Math.max(
    ACCELERATION_FACTOR.min,
    Math.min(ACCELERATION_FACTOR.max, 1 + ACCELERATION_FACTOR.perLog * driverLog),
  );
  out.topSpeed = vehicleClass.topSpeed[out.region]!;
  out.acceleration = vehicleClass.acceleration * vigour;
  out.braking = vehicleClass.braking * vigour;
  out.cornering = vehicleClass.cornering * vigour;
  out.pace = Math.max(PACE_FACTOR.min, Math.min(PACE_FACTOR.max, PACE_FACTOR.middle + PACE_FACTOR.perLog * driverLog));
  out.speeding = exp(world.events.driverExponent[SPEEDING]! * driverLog);
}

/** Chooses the workplace that best fits the vehicle's distance among several; none if all are too far. */
function fillWork(region: RegionWorld, vehicleClass: ClassWorld, random: Sfc32, out: VehicleProfile): void {
  out.work = -1;
  out.commuteM = 0;
  if (vehicleClass.workShare === 0) return;
  const { workplaces } = region.places;
  const wantedM = (COMMUTE_SHARE * out.metresPerWeek) / WORKING_DAYS;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < WORKPLACES_SEEN; i++) {
    const node = workplaces[random.below(workplaces.length)]!;
    if (node === out.base) continue;
    const commuteM = estimateDistanceM(region, out.base, node) + estimateDistanceM(region, node, out.base);
    const misfit = Math.abs(commuteM - wantedM);
    if (misfit >= best || commuteM * WORKING_DAYS > MAX_COMMUTE_SHARE * out.metresPerWeek) continue;
    best = misfit;
    out.work = node;
    out.commuteM = commuteM;
  }
}

/** Chooses a district close enough to the base; if none is, moves the base. */
function fillDistrict(
  region: RegionWorld,
  vehicleClass: ClassWorld,
  bases: Int32Array,
  random: Sfc32,
  out: VehicleProfile,
): void {
  out.district = 0;
  if (!vehicleClass.district) return;
  const maxM = (DISTRICT_SHARE * out.metresPerWeek) / WORKING_DAYS;
  let nearest = Number.POSITIVE_INFINITY;
  let { base } = out;
  for (let i = 0; i < BASES_SEEN * DISTRICTS_SEEN; i++) {
    if (i > 0 && i % DISTRICTS_SEEN === 0) base = bases[random.below(bases.length)]!;
    const district = random.below(region.districts.length);
    const customers = region.districts[district]!;
    const node = customers[random.below(customers.length)]!;
    const metres = estimateDistanceM(region, base, node) + estimateDistanceM(region, node, base);
    if (metres >= nearest) continue;
    nearest = metres;
    out.base = base;
    out.district = district;
    if (metres <= maxM) return;
  }
}

/** Wear of the device since its last service: grows with the square of the time from 0 to nearly 1. */
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
