/**
 * The plan of a vehicle-day: where it drives, when it leaves and how long each trip takes, from keys alone. The day's
 * distance is fixed (odometer.ts); destinations are chosen until only a few kilometres of it are left, and each trip is
 * driven (motion/drive.ts) to know when it ends. Only the number of records depends on the interval.
 */

import { DAY_MS, HOUR_MS, HOUR_S, MINUTE_MS } from '../../base/time.js';
import { Drive } from '../../motion/drive.js';
import { Route, RouteSearch } from '../../motion/route.js';
import { Sfc32, STREAM } from '../../random/sfc32.js';
import { EXPONENTIAL, NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import type { ConditionsCache } from '../../world/conditions/conditions.js';
import { effectiveWeekday, localToUtc, weekdayOf, weekOf } from '../../world/local-time.js';
import { COLLISION } from '../../world/tables/fault-tables.js';
import { type ClassWorld, DEPARTURE_STEPS, type RegionWorld, type World } from '../../world/world.js';
import { isDrivingDay, isWorkingDay, overnightNode } from '../vehicle/driving-days.js';
import { Odometer } from '../vehicle/odometer.js';
import { emptyProfile, fillProfile, type VehicleProfile } from '../vehicle/vehicle-profile.js';
import { DayPlan } from './day-plan.js';
import { MAX_TRIPS } from './day-trips.js';
import { chooseDestination, estimateDistanceM, estimateDurationS } from './destinations.js';
import { DistanceFiller, MAX_UNDRIVEN_M } from './distance-filler.js';
import { DayRecordCount } from './record-count.js';

/**
 * The last trip of a day is planned to end this long before the next day begins, so that held-back records still
 * arrive.
 */
const DAY_END_MS = HOUR_MS;
/** Days with fewer metres than this are not driven (declared). */
const MIN_DAY_M = 1200;
/**
 * Ratio of a trip's duration to that in free flow, used to decide whether a trip still fits: initial value and minimum.
 */
const SLOWDOWN = 1.5;
const MIN_SLOWDOWN = 1.25;
const MAX_SLOWDOWN = 1.6;
/**
 * The same ratio measured on the day's trips, once they have lasted this many seconds, and a margin on it; seconds for
 * the stops.
 */
const KNOWN_AFTER_S = 600;
const SLOWDOWN_MARGIN = 1.1;
const STOPS_S = 120;
/** Between two trips (declared). */
const MIN_STOP_MS = 45_000;
/** The last trips of a day may end this long after the last departure hour of the class. */
const LAST_TRIPS_MS = 1.75 * HOUR_MS;
/**
 * Overrun of the driver's hours allowed for the day's last trip: nine hours may be ten twice a week (Regulation (EC)
 * 561/2006).
 */
const EXTRA_DRIVE_S = HOUR_S;
/** Share of the remaining distance that the next trip takes, and attempts to use up the rest. */
const FILL_SHARE = 0.3;
const MAX_FILLS = 10;
/** Assumed mean speed without stops, to decide when a day must begin: m/s; higher where trips are longer than this. */
const DAY_PACE_MPS = 8;
const SHORT_TRIP_M = 9000;
/** Weight of the shortest stop of a class in its usual stop; the rest is that of the longest. */
const USUAL_STOP = { min: 0.7, max: 0.3 };
/**
 * Length of a trip relative to the class's distance between stops: minimum, and upper bound of the exponential part
 * (declared).
 */
const MIN_WANTED = 0.35;
const MAX_WANTED = 3;
/** Share of trips to shops in classes that have them; the others lead anywhere (declared). */
const SHOPS_SHARE = 0.7;
/** Between two rounds (declared). */
const ROUND_GAP_MS = 5 * MINUTE_MS;
/** Spread of the time of leaving for work from day to day (declared). */
const DEPARTURE_SPREAD_MS = 7 * MINUTE_MS;
/** Share of commutes home with a stop at another place, where the day's distance allows (declared). */
const DETOUR_SHARE = 0.35;
/**
 * Business trips: minimum share of the metres beyond commuting, and when in the working hours they begin (declared).
 */
const BUSINESS_MIN = 0.75;
const BUSINESS_AT = [0.1, 0.5] as const;
/** Mean wait at a taxi rank (declared). */
const RANK_WAIT_MS = 11 * MINUTE_MS;

/** A driven trip: its route and its drive. */
export interface DrivenTrip {
  readonly route: Route;
  readonly drive: Drive;
}

export class DayPlanner {
  readonly plan = new DayPlan();
  readonly profile: VehicleProfile = emptyProfile();
  private readonly odometer = new Odometer();
  private readonly records: DayRecordCount;
  private readonly random = new Sfc32();
  private readonly search = new RouteSearch();
  private readonly filling = new DistanceFiller(this.search, this.random);
  /** The day's trips by number, or a single one that is reused. */
  private readonly driven: DrivenTrip[] = [];
  /** By trip: 1 if it has been taken. */
  private readonly taken = new Uint8Array(MAX_TRIPS + 1);
  private readonly departures = new Float64Array(8);
  private vehicleClass!: ClassWorld;
  private region!: RegionWorld;
  private day = 0;
  /**
   * The day as planned so far: time, place, remaining metres, seconds driven today and since the last break, slowdown.
   */
  private now = 0;
  private at = 0;
  private leftM = 0;
  private drivenS = 0;
  /** Seconds that today's trips would take in free flow. */
  private freeS = 0;
  private sinceBreakS = 0;
  private slowdown = SLOWDOWN;
  private latest = 0;

  constructor(
    private readonly world: World,
    private readonly seed: number,
    intervalMs: number,
    private readonly conditions: ConditionsCache,
    /** Whether to keep all driven trips of the day last planned. */
    private readonly keepsTrips = false,
  ) {
    this.records = new DayRecordCount(world, seed, intervalMs);
  }

  /** Plans the vehicle's day (days since 1970-01-01) into `plan` and returns its number of records. */
  load(vehicle: number, day: number): number {
    const { world, profile, plan } = this;
    if (profile.vehicle !== vehicle) fillProfile(world, this.seed, vehicle, this.random, profile);
    const vehicleClass = world.classes[profile.vehicleClass]!;
    const region = world.regions[profile.region]!;
    this.vehicleClass = vehicleClass;
    this.region = region;
    this.day = day;
    const weekday = weekdayOf(day);
    this.odometer.load(profile, vehicleClass, region, weekOf(day));
    const { dayStartM, days } = this.odometer;
    plan.odometerM = dayStartM[weekday]!;
    plan.trips = 0;
    plan.records = 0;
    this.taken.fill(0);
    plan.faults.clear();
    this.leftM = dayStartM[weekday + 1]! - plan.odometerM;
    plan.dayStartMs = dayStartMs(region, vehicleClass, day);
    plan.dayEndMs = dayStartMs(region, vehicleClass, day + 1);
    plan.startNode = profile.base;
    if (!isDrivingDay(days, weekday) || this.leftM < MIN_DAY_M) {
      this.records.count(plan, profile, day);
      return plan.records;
    }
    this.random.seed(this.seed, vehicle, day, STREAM.dayPlan);
    this.now = plan.dayStartMs;
    this.latest = plan.dayEndMs - DAY_END_MS;
    this.drivenS = 0;
    this.sinceBreakS = 0;
    this.freeS = 0;
    this.slowdown = SLOWDOWN;
    plan.startNode = overnightNode(profile, vehicleClass, region, day - 1);
    this.at = plan.startNode;
    const end = overnightNode(profile, vehicleClass, region, day);
    const habit = effectiveWeekday(day, region.holidays);
    const quantiles = habit < 5 ? vehicleClass.weekdayDepartures : vehicleClass.weekendDepartures;
    // Trips other than the return start only at hours of the class's departures.
    this.latest = Math.min(this.latest, plan.dayStartMs + quantiles[DEPARTURE_STEPS]! + LAST_TRIPS_MS);
    if (isWorkingDay(days, weekday)) this.work(quantiles, end);
    else this.rounds(quantiles, end);
    this.use(end);
    if (plan.trips > 0 && plan.faults.draw(world.faults, plan, this.random)) this.crash();
    this.records.count(plan, profile, day);
    return plan.records;
  }

  /** A trip of the day last planned, in exchange for one whose memory the planner may reuse. Only with `keepsTrips`. */
  take(trip: number, used: DrivenTrip): DrivenTrip {
    const driven = this.taken[trip] === 1 ? this.driveTrip(trip) : this.driven[trip]!;
    this.driven[trip] = used;
    this.taken[trip] = 1;
    return driven;
  }

  /** To work at the usual time, out on business and back, then home, sometimes with a detour. */
  private work(quantiles: Float64Array, end: number): void {
    const { vehicleClass, profile, random, plan } = this;
    const usual = departureAt(quantiles, profile.usualDeparture);
    const jitter = NORMAL[random.next() >>> TABLE_SHIFT]! * DEPARTURE_SPREAD_MS;
    this.now = Math.max(this.now, plan.dayStartMs + Math.floor(Math.max(0, usual + jitter)));
    this.go(profile.work);
    const [min, max] = vehicleClass.workMs;
    const stayMs = Math.floor(min + (max - min) * random.uniform());
    this.business(stayMs, end);
    if (random.uniform() < DETOUR_SHARE) this.visit(end, vehicleClass.tripM, this.leftM);
    this.return(end);
  }

  /**
   * The working hours: most of the distance not needed for the trip home is driven on business in the middle of them.
   */
  private business(stayMs: number, end: number): void {
    const { vehicleClass, profile, random } = this;
    const untilMs = this.now + stayMs;
    const spareM = this.leftM - estimateDistanceM(this.region, profile.work, end);
    const keepM = this.leftM - spareM * (BUSINESS_MIN + (1 - BUSINESS_MIN) * random.uniform());
    let begins = Math.floor(
      this.now + stayMs * (BUSINESS_AT[0] + (BUSINESS_AT[1] - BUSINESS_AT[0]) * random.uniform()),
    );
    while (this.leftM - keepM > vehicleClass.tripM && this.now < untilMs) {
      this.now = Math.max(this.now, begins);
      begins = 0;
      if (!this.visit(profile.work, vehicleClass.tripM, this.leftM - keepM)) break;
    }
    // The distance suffices for the trip home from work, but perhaps not from elsewhere.
    const isFar = estimateDistanceM(this.region, this.at, end) > this.leftM;
    if (this.now < untilMs || isFar) this.return(profile.work);
    this.now = Math.max(this.now, untilMs);
  }

  /** Rounds from and to the base, each at its time. */
  private rounds(quantiles: Float64Array, end: number): void {
    const { vehicleClass, profile, random, plan, departures } = this;
    const { base } = profile;
    const count = Math.min(departures.length, between(vehicleClass.rounds, random));
    for (let j = 0; j < count; j++) {
      const wish = departureAt(quantiles, random.uniform());
      let i = j;
      for (; i > 0 && departures[i - 1]! > wish; i--) departures[i] = departures[i - 1]!;
      departures[i] = wish;
    }
    // A day that starts too late would leave no time for the trip.
    const stopsMs =
      (this.leftM / vehicleClass.tripM) *
      (vehicleClass.stopMs[0] * USUAL_STOP.min + vehicleClass.stopMs[1] * USUAL_STOP.max);
    const neededMs = (this.leftM / dayPace(vehicleClass)) * 1000 + stopsMs;
    const earliest = quantiles[0]!;
    departures[0] = Math.max(earliest, Math.min(departures[0]!, this.latest - plan.dayStartMs - neededMs));
    for (let j = 0; j < count; j++) {
      const last = j === count - 1;
      const goal = last ? end : base;
      const gap = this.plan.trips > 0 ? ROUND_GAP_MS : 0;
      this.now = Math.max(this.now + gap, plan.dayStartMs + Math.floor(departures[j]!));
      const budget = this.leftM - (last || end === base ? 0 : estimateDistanceM(this.region, base, end));
      const keep = this.leftM - budget / (count - j);
      const stops = between(vehicleClass.stops, random);
      for (let k = 0; k < stops && this.leftM - keep > vehicleClass.tripM / 2; k++) {
        if (!this.visit(goal, vehicleClass.tripM, this.leftM - keep)) break;
      }
      if (!last) this.return(goal);
    }
  }

  /** Uses up the remaining distance and ends the day at `end`. */
  private use(end: number): void {
    const { vehicleClass, plan } = this;
    for (let fills = 0; fills < MAX_FILLS; ) {
      const slack = this.leftM - this.filling.metres(this.region, this.at, end);
      if (slack < MAX_UNDRIVEN_M || plan.trips >= MAX_TRIPS - 2) break;
      const wanted = Math.max(vehicleClass.tripM, FILL_SHARE * slack);
      if (slack > 3 * wanted && this.visit(end, wanted, this.leftM)) continue;
      fills++;
      const to = this.filling.find(this.region, this.at, end, this.leftM, slack);
      if (to < 0 || !this.fits(to, end, EXTRA_DRIVE_S)) continue;
      this.go(to);
      this.stop();
    }
    this.return(end);
  }

  /** Drives to a place suitable for the class and stops there; false if there is none or no time is left. */
  private visit(end: number, wantedM: number, maxM: number): boolean {
    const { random, region, plan } = this;
    if (plan.trips >= MAX_TRIPS - 2) return false;
    const spread = EXPONENTIAL[random.next() >>> TABLE_SHIFT]!;
    const wanted = wantedM * (MIN_WANTED + (1 - MIN_WANTED) * Math.min(MAX_WANTED, spread));
    const to = chooseDestination(region, this.destinations(), this.at, end, maxM, wanted, random);
    if (to < 0 || !this.fits(to, end)) return false;
    this.go(to);
    this.stop();
    return true;
  }

  private destinations(): Int32Array {
    const { vehicleClass, region, profile, random } = this;
    const { places } = region;
    if (vehicleClass.ranks > 0 && random.uniform() < vehicleClass.ranks) return places.ranks;
    // A distance beyond that of the usual trips leads out of the district.
    const isFar = this.leftM > (MAX_TRIPS - this.plan.trips) * vehicleClass.tripM;
    if (vehicleClass.district && !isFar) return region.districts[profile.district]!;
    if (vehicleClass.destinations === 'shops') return random.uniform() < SHOPS_SHARE ? places.shops : places.customers;
    if (vehicleClass.destinations === 'logistics') return places.logistics;
    return places.customers;
  }

  /** Whether there is time for a trip to a place and from there to the day's end. */
  private fits(to: number, end: number, extraS = 0): boolean {
    const { region, vehicleClass, slowdown } = this;
    const seconds = (estimateDurationS(region, this.at, to) + estimateDurationS(region, to, end)) * slowdown + STOPS_S;
    return this.now + seconds * 1000 < this.latest && this.drivenS + seconds < vehicleClass.dayDriveS + extraS;
  }

  private return(end: number): void {
    if (this.at !== end) this.go(end);
  }

  private go(to: number): void {
    const { plan, region, vehicleClass } = this;
    const trip = plan.trips;
    const free = estimateDurationS(region, this.at, to);
    if (this.sinceBreakS + free * this.slowdown > vehicleClass.breakAfterS) {
      this.now += vehicleClass.breakMs;
      this.sinceBreakS = 0;
    }
    plan.from[trip] = this.at;
    plan.to[trip] = to;
    plan.startMs[trip] = this.now;
    plan.trips = trip + 1;
    const { route, drive } = this.driveTrip(trip);
    const { seconds } = drive;
    const durationMs = Math.ceil(seconds * 1000);
    plan.lengthM[trip] = route.lengthM;
    plan.durationMs[trip] = durationMs;
    this.at = to;
    this.leftM -= route.lengthM;
    this.now += durationMs + MIN_STOP_MS;
    this.drivenS += seconds;
    this.sinceBreakS += seconds;
    this.freeS += free;
    if (this.freeS > KNOWN_AFTER_S)
      this.slowdown = Math.max(MIN_SLOWDOWN, Math.min(MAX_SLOWDOWN, (SLOWDOWN_MARGIN * this.drivenS) / this.freeS));
  }

  /** Drives the trip between its places from its start. */
  private driveTrip(trip: number): DrivenTrip {
    const { plan, region, profile, world, seed, search, conditions } = this;
    const slot = this.keepsTrips ? trip : 0;
    this.driven[slot] ??= { route: new Route(), drive: new Drive(world, seed, conditions) };
    const { route, drive } = this.driven[slot];
    route.find(region, plan.from[trip]!, plan.to[trip]!, search);
    const crash = plan.faults.kind === COLLISION && plan.faults.trip === trip ? plan.faults.crash : undefined;
    drive.plan(region, route, profile, plan.startMs[trip]!, profile.vehicle, this.day, trip, crash);
    return this.driven[slot];
  }

  /** Stops for a while; shorter late in the day. */
  private stop(): void {
    const { vehicleClass, random } = this;
    const [min, max] = vehicleClass.stopMs;
    const u = random.uniform();
    let ms = min + (max - min) * u * u;
    if (vehicleClass.ranks > 0 && random.uniform() < vehicleClass.ranks) {
      ms += EXPONENTIAL[random.next() >>> TABLE_SHIFT]! * RANK_WAIT_MS;
    }
    const room = Math.max(0, (this.latest - this.now - (this.leftM / dayPace(vehicleClass)) * 1000) / 4);
    this.now += Math.floor(Math.min(ms, room));
    if (ms >= vehicleClass.breakMs) this.sinceBreakS = 0;
  }

  /** Drives the trip of a crash again, with the crash, and delays the following trips by the extra time. */
  private crash(): void {
    const { plan } = this;
    const { trip } = plan.faults;
    const durationMs = Math.ceil(this.driveTrip(trip).drive.seconds * 1000);
    const later = Math.max(0, durationMs - plan.durationMs[trip]!);
    plan.durationMs[trip] = durationMs;
    for (let i = trip + 1; i < plan.trips; i++) {
      plan.startMs[i]! += later;
      plan.durationMs[i] = Math.ceil(this.driveTrip(i).drive.seconds * 1000);
      if (i + 1 < plan.trips) {
        plan.startMs[i + 1] = Math.max(
          plan.startMs[i + 1]!,
          plan.startMs[i]! + plan.durationMs[i]! + MIN_STOP_MS - later,
        );
      }
    }
  }
}

/** When the class's day begins in the region, UTC milliseconds. */
export function dayStartMs(region: RegionWorld, vehicleClass: ClassWorld, day: number): number {
  return localToUtc(region.zone, day * DAY_MS + vehicleClass.restHour * HOUR_MS);
}

function departureAt(quantiles: Float64Array, u: number): number {
  const at = u * DEPARTURE_STEPS;
  const step = Math.floor(at);
  return quantiles[step]! + (quantiles[step + 1]! - quantiles[step]!) * (at - step);
}

function dayPace({ tripM }: ClassWorld): number {
  return DAY_PACE_MPS * Math.max(1, Math.sqrt(Math.sqrt(tripM / SHORT_TRIP_M)));
}

function between(range: readonly [number, number], random: Sfc32): number {
  return range[0] + random.below(range[1] - range[0] + 1);
}
