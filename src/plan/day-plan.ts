/**
 * The plan of a vehicle-day: its tours and trips, when they start, how long they last, how far they go, and so its number
 * of records, from keys alone. A tour leads from home along one way and back on it, with stops; the day ends at home.
 */
import { Sfc32, STREAM } from '../random/sfc32.js';
import { BLOCK_MS, blockOf, type ConditionsCache } from '../world/conditions.js';
import { COLLISION, DUPLICATES, NO_FAULT, REBOOT } from '../world/fault-tables.js';
import { DAY_MS, HOUR_MS, habitOf, localToUtc, weekdayOf, weekOf } from '../world/local-time.js';
import { PACE_BIN_M } from '../world/routes.js';
import { type ClassWorld, DEPARTURE_STEPS, type RegionWorld, type World } from '../world/world.js';
import { WeekOdometer } from './odometer.js';
import { emptyProfile, fillProfile, type VehicleProfile } from './vehicle-profile.js';

export const MAX_TRIPS = 99;
const MAX_TOURS = 8;
/** A shorter day is not driven: the odometer moves on between days instead. */
const MIN_DAY_M = 800;
const TOUR_GAP_MS = 300000;
/** Free time before the next day begins: held-back records arrive in it. */
const DAY_END_MS = 100 * 60000;
/** Share of the free day that work may take. */
const MOST_OF_DAY = 0.7;
const START_AND_STOP_MS = 15000;
const MIN_LEG_MS = 90000;
/** Trips take at most this many times their free duration, so that a day always holds its trips. */
const SLOWEST = 1.9;
const SPREAD = 0.16;
const FASTEST = 1.04;
const MAX_SLOWDOWN = SLOWEST / (FASTEST + SPREAD);

/** The trips and tours of the day last planned; arrays are reused. */
export class DayPlan {
  records = 0;
  trips = 0;
  tours = 0;
  odometerM = 0;
  /** The day's fault (a code of fault-tables.ts), the trip it falls in and its ticks, from inclusive to exclusive. */
  fault = NO_FAULT;
  faultTrip = 0;
  faultFrom = 0;
  faultTo = 0;
  /** By trip: UTC milliseconds of its start, and intervals from start to end (one less than its records). */
  readonly startMs = new Float64Array(MAX_TRIPS + 1);
  readonly ticks = new Int32Array(MAX_TRIPS + 1);
  /** By trip: its part of the time of the way out (or back). */
  readonly share = new Float64Array(MAX_TRIPS + 1);
  /** By tour: first trip, number of trips out and back. */
  readonly firstTrip = new Int32Array(MAX_TOURS + 1);
  readonly tripsOut = new Int32Array(MAX_TOURS);
  readonly tripsBack = new Int32Array(MAX_TOURS);
  /** By tour: metres one way, and the expected milliseconds in free traffic. */
  readonly oneWayM = new Float64Array(MAX_TOURS);
  readonly expectedMs = new Float64Array(MAX_TOURS);
}

export class DayPlanner {
  readonly plan = new DayPlan();
  readonly profile: VehicleProfile = emptyProfile();
  private readonly odometer: WeekOdometer;
  private readonly random = new Sfc32();
  private readonly departures = new Float64Array(MAX_TOURS);
  /** The end of the day last planned, which is the start of the vehicle's next. */
  private restVehicle = -1;
  private restDay = 0;
  private restMs = 0;

  constructor(
    private readonly world: World,
    private readonly seed: number,
    private readonly intervalMs: number,
    private readonly conditions: ConditionsCache,
  ) {
    this.odometer = new WeekOdometer(seed);
  }

  /** Plans the vehicle's day (days since 1970-01-01) into `plan` and returns its number of records. */
  load(vehicle: number, day: number): number {
    const { world, profile, plan } = this;
    if (profile.vehicle !== vehicle) fillProfile(world, this.seed, vehicle, this.random, profile);
    const vehicleClass = world.classes[profile.vehicleClass]!;
    const region = world.regions[profile.region]!;
    const weekday = weekdayOf(day);
    this.odometer.load(profile, vehicleClass, region.holidays, weekOf(day));
    const habit = habitOf(day, region.holidays);
    plan.odometerM = this.odometer.dayStartM[weekday]!;
    const metres = this.odometer.dayStartM[weekday + 1]! - plan.odometerM;
    plan.trips = 0;
    plan.tours = 0;
    plan.records = 0;
    plan.fault = NO_FAULT;
    if (metres < MIN_DAY_M) return 0;
    this.random.seed(this.seed, vehicle, day, STREAM.dayPlan);
    const drivingMs = this.planTours(vehicleClass, region, metres);
    this.drawDepartures(habit < 5 ? vehicleClass.weekdayDepartures : vehicleClass.weekendDepartures);
    const dayStart =
      vehicle === this.restVehicle && day === this.restDay ? this.restMs : restMs(region, vehicleClass, day);
    const nextRest = restMs(region, vehicleClass, day + 1);
    this.restVehicle = vehicle;
    this.restDay = day + 1;
    this.restMs = nextRest;
    const dayEnd = nextRest - DAY_END_MS;
    const freeMs = Math.max(0, dayEnd - dayStart - SLOWEST * drivingMs - plan.tours * TOUR_GAP_MS);
    const workMs = habit < 5 ? this.drawWork(vehicleClass, freeMs) : 0;
    this.planTrips(vehicleClass, dayStart, (freeMs - workMs) / plan.tours, workMs);
    this.planFault(metres);
    this.fitIntoDay(dayEnd);
    return plan.records;
  }

  /** Draws whether something rare happens today, and where. It never touches the first and the last record of a trip. */
  private planFault(metres: number): void {
    const { plan, random } = this;
    const { cumulative, meanTicks, collisionsPerM, standTicks } = this.world.faults;
    const u = random.uniform();
    plan.fault = NO_FAULT;
    if (u >= cumulative[REBOOT - 1]! + collisionsPerM * metres) return;
    const trip = random.below(plan.trips);
    const length = 0.5 + random.uniform();
    const place = random.uniform();
    const ticks = plan.ticks[trip]!;
    if (ticks < 6) return;
    let fault = 1;
    while (fault < COLLISION && u >= cumulative[fault - 1]!) fault++;
    plan.fault = fault;
    plan.faultTrip = trip;
    plan.faultFrom = 1 + Math.floor(place * (ticks - 4));
    if (fault === COLLISION) {
      // The vehicle stands for a while; what follows is late by as much.
      const stand = Math.max(1, Math.round(standTicks * length));
      plan.faultTo = plan.faultFrom + stand;
      plan.ticks[trip]! += stand;
      plan.records += stand;
      for (let i = trip + 1; i < plan.trips; i++) plan.startMs[i]! += stand * this.intervalMs;
    } else {
      plan.faultTo = Math.min(ticks, plan.faultFrom + Math.max(1, Math.round(meanTicks[fault - 1]! * length)));
      const touched = plan.faultTo - plan.faultFrom;
      if (fault === REBOOT) plan.records -= touched;
      else if (fault === DUPLICATES) plan.records += touched;
    }
  }

  /** Splits the day's metres over tours; returns the expected driving time of the day in free traffic, in ms. */
  private planTours(vehicleClass: ClassWorld, region: RegionWorld, metres: number): number {
    const { plan, random } = this;
    const [out, back] = [vehicleClass.legsOut, vehicleClass.legsBack];
    const legs = (out[0] + out[1] + back[0] + back[1]) / 2;
    const wanted = Math.round(metres / (vehicleClass.tripM * legs) + random.uniform() - 0.5);
    plan.tours = Math.max(1, Math.min(MAX_TOURS, wanted, Math.floor(metres / MIN_DAY_M)));
    let total = 0;
    for (let j = 0; j < plan.tours; j++) total += plan.oneWayM[j] = 0.5 + random.uniform();
    const pace = region.routes.paceMsPerM;
    let drivingMs = 0;
    for (let j = 0; j < plan.tours; j++) {
      const oneWay = (plan.oneWayM[j]! / total) * metres * 0.5;
      const expected = oneWay * pace[Math.min(pace.length - 1, Math.floor(oneWay / PACE_BIN_M))]!;
      plan.oneWayM[j] = oneWay;
      plan.expectedMs[j] = expected;
      drivingMs += 2 * expected;
    }
    return drivingMs;
  }

  /** Draws and sorts when the tours would like to start, in ms after the day's start. */
  private drawDepartures(quantiles: Float64Array): void {
    const { departures, random } = this;
    for (let j = 0; j < this.plan.tours; j++) {
      const u = random.uniform() * DEPARTURE_STEPS;
      const step = Math.floor(u);
      const wish = quantiles[step]! + (quantiles[step + 1]! - quantiles[step]!) * (u - step);
      let i = j;
      for (; i > 0 && departures[i - 1]! > wish; i--) departures[i] = departures[i - 1]!;
      departures[i] = wish;
    }
  }

  /** How long the first stop of a working day lasts when it is work, in ms; 0 when it isn't. */
  private drawWork(vehicleClass: ClassWorld, freeMs: number): number {
    if (vehicleClass.workShare === 0 || this.random.uniform() >= vehicleClass.workShare) return 0;
    const [least, most] = vehicleClass.workMs;
    return Math.floor(Math.min(freeMs * MOST_OF_DAY, least + (most - least) * this.random.uniform()));
  }

  /**
   * `stopsMs` is what a tour's stops may take, `workMs` the stop at work at the end of the first tour's way out. Times are
   * integers from the day's start on: each trip waits for the one before, and a billion records are 14 million trips.
   */
  private planTrips(vehicleClass: ClassWorld, dayStart: number, stopsMs: number, workMs: number): void {
    const { plan, random, departures, profile, intervalMs } = this;
    const { startMs, ticks, share } = plan;
    const stopLeast = vehicleClass.stopMs[0];
    const stopSpread = vehicleClass.stopMs[1] - stopLeast;
    const perMs = 1 / intervalMs;
    const standing = START_AND_STOP_MS * perMs;
    let { slowdown } = this.conditions.get(profile.region, blockOf(dayStart));
    let blockStart = (blockOf(dayStart) * BLOCK_MS - dayStart) | 0;
    let trip = 0;
    let time = 0;
    let total = 0;
    for (let j = 0; j < plan.tours; j++) {
      time = Math.max(time, departures[j]! | 0);
      const expected = plan.expectedMs[j]!;
      const most = Math.max(1, Math.floor(expected / MIN_LEG_MS));
      plan.firstTrip[j] = trip;
      const out = Math.min(most, this.between(vehicleClass.legsOut));
      const back = Math.min(most, this.between(vehicleClass.legsBack));
      plan.tripsOut[j] = out;
      plan.tripsBack[j] = back;
      const trips = out + back;
      const stopBudget = stopsMs / (trips - 1);
      let wholeWay = this.drawParts(trip, out);
      const wayBack = this.drawParts(trip + out, back);
      const lastBeforeWork = workMs > 0 && j === 0 ? out - 1 : -1;
      for (let i = 0; ; i++, trip++) {
        // Unsigned: a block has more milliseconds than an int32.
        let inBlock = (time - blockStart) >>> 0;
        if (inBlock >= BLOCK_MS) {
          const block = blockOf(dayStart + time);
          slowdown = this.conditions.get(profile.region, block).slowdown;
          blockStart = (block * BLOCK_MS - dayStart) | 0;
          inBlock = (time - blockStart) >>> 0;
        }
        if (i === out) wholeWay = wayBack;
        const part = share[trip]! / wholeWay;
        share[trip] = part;
        const free = expected * part * (FASTEST + SPREAD * random.uniform()) * perMs;
        const duration = free * Math.min(MAX_SLOWDOWN, slowdown[(inBlock / HOUR_MS) >>> 0]!) + standing;
        const whole = duration | 0;
        const intervals = Math.max(2, duration > whole ? whole + 2 : whole + 1);
        startMs[trip] = dayStart + time;
        ticks[trip] = intervals;
        total += intervals;
        time = (time + Math.imul(intervals, intervalMs)) | 0;
        if (i === trips - 1) break;
        const u = random.uniform();
        const stop = Math.min(stopBudget, stopLeast + stopSpread * u * u) | 0;
        time = (time + (i === lastBeforeWork ? workMs | 0 : stop + 1)) | 0;
      }
      trip++;
      time = (time + TOUR_GAP_MS) | 0;
    }
    plan.firstTrip[plan.tours] = trip;
    plan.trips = trip;
    plan.records = total + trip;
  }

  /** Draws how large the trips of one way are beside each other, into `share`; returns their sum. */
  private drawParts(first: number, count: number): number {
    const { random, plan } = this;
    const { share } = plan;
    let total = 0;
    for (let i = first; i < first + count; i++) total += share[i] = 0.4 + 1.2 * random.uniform();
    return total;
  }

  private between(range: readonly [number, number]): number {
    return range[0] + this.random.below(range[1] - range[0] + 1);
  }

  /** Moves the last tours to earlier times where they would run past the end of the day. */
  private fitIntoDay(dayEnd: number): void {
    const { plan, intervalMs } = this;
    let latest = dayEnd;
    for (let j = plan.tours - 1; j >= 0; j--) {
      const last = plan.firstTrip[j + 1]! - 1;
      const excess = plan.startMs[last]! + plan.ticks[last]! * intervalMs - latest;
      if (excess <= 0) return;
      for (let i = plan.firstTrip[j]!; i <= last; i++) plan.startMs[i]! -= excess;
      latest = plan.startMs[plan.firstTrip[j]!]! - TOUR_GAP_MS;
    }
  }
}

/** When the class's day begins in the region, UTC. */
function restMs(region: RegionWorld, vehicleClass: ClassWorld, day: number): number {
  return localToUtc(region.zone, day * DAY_MS + vehicleClass.restHour * HOUR_MS);
}
