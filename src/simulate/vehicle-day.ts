/**
 * One vehicle's day: loads its plan, walks from trip to trip, and keeps what lasts from record to record. The records
 * themselves are made in trip-records.ts.
 */
import { CAUSES } from '../columns/truth.js';
import type { Dataset } from '../plan/dataset.js';
import { emptyProfile, type VehicleProfile, wearOf } from '../plan/vehicle-profile.js';
import { exp } from '../random/exact-math.js';
import { Sfc32 } from '../random/sfc32.js';
import { GPS_LOSS, KNOWN_EVENTS, SPEEDING } from '../world/event-tables.js';
import { COLLISION, NO_FAULT } from '../world/fault-tables.js';
import { HOUR_MS } from '../world/local-time.js';
import type { RoadNetwork } from '../world/road-network.js';
import type { World } from '../world/world.js';
import { Draws } from './draws.js';
import { type EdgeGeometry, Leg } from './leg.js';
import { Onsets } from './onsets.js';
import type { Place } from './place.js';
import { Route } from './route.js';
import { SharedPlans } from './shared-plans.js';
import { Surroundings } from './surroundings.js';

/** Records that waited leave one after the other: the queue's own time, on top of the hold. */
const QUEUE_MARGIN_MS = 120000;
/** The device sleeps before its battery has less, in percent, and the oldest battery holds that. */
const LEAST_CHARGE = 4;
/** Three quarters of the ways are shorter. */
const LARGE_EDGES = 32;

export class VehicleDay {
  readonly world: World;
  /** Its own copy of what the shared planner found: other days are planned before this one ends. */
  readonly planner: { readonly profile: VehicleProfile } = { profile: emptyProfile() };
  readonly surroundings: Surroundings;
  readonly draws = new Draws();
  readonly onsets: Onsets;
  readonly leg = new Leg();
  readonly intervalMs: number;
  /** Metres driven in an interval per tenth of a km/h. */
  readonly metresPerUnit: number;
  network!: RoadNetwork;
  geometry!: EdgeGeometry;
  vehicle = -1;
  day = -1;

  // The trip.
  trip = -1;
  /** Not an integer at first: a field that holds a larger number than those before costs all optimised code that reads the day. */
  tripId = Number.NaN;
  startMs = 0;
  /** Intervals from start to end; the record of tick 0 and of tick `ticks` are at rest. */
  ticks = -1;
  tick = 0;
  /** Units (tenths of km/h times intervals) still to be driven. */
  remaining = 0;
  speed = 0;
  /** Twice the units driven in this trip, and in the trips of the day before it. */
  twiceDriven = 0;
  twiceBefore = 0;
  odometerM = 0;
  dwell = 0;
  /** Metres from the trip's start where the vehicle will stop at a junction; -1 for none. */
  stopAtM = -1;

  // What lasts.
  /** Records of a spell of speeding still to come, and whether it has begun to show. */
  speedingTicks = 0;
  tooFast = 0;
  speedingFactor = 1;
  gpsLostTicks = 0;
  /** 1 while the last record had no position. */
  gpsLost = 0;
  faultTicks = 0;
  stuckTemperature = 0;
  heldUntilMs = 0;
  lastArrivalMs = 0;
  batteryPct = 0;
  batteryCeiling = 100;
  gpsEast = 0;
  gpsNorth = 0;
  signalNoise = 0;
  /** Records for which the scenario's own events still last, and how many of them last. */
  readonly ownTicks: Int32Array;
  ownActive = 0;
  /** Deviation of the scenario's own metrics, in standard deviations. */
  readonly deviations: Float64Array;
  /** The day's fault where it lies in this trip (a code of fault-tables.ts), and its ticks, from inclusive to exclusive. */
  fault = NO_FAULT as number;
  faultFrom = -1;
  faultTo = -1;
  /** From which tick to which a collision lets the vehicle stand; -1 and -1 on trips without one. */
  standFrom = -1;
  standTo = -1;

  /** Mean wait at a junction. */
  readonly waitSeconds: number;
  private readonly longestHoldMs: number;
  private readonly route = new Route();
  /** The day's stream of draws as it was before it chose the tour's way. */
  private readonly beforeRoute = new Sfc32();
  private tour = -1;
  private tripOfTour = 0;
  private tripsOfTour = 0;
  private oneWayUnits = 0;
  private unitsFromHome = 0;
  private lastEndMs = 0;

  /** `plans` is one for all the days that a thread simulates at the same time. */
  constructor(
    readonly dataset: Dataset,
    private readonly plans = new SharedPlans(dataset),
  ) {
    this.world = dataset.world;
    this.intervalMs = dataset.intervalMs;
    this.metresPerUnit = dataset.intervalMs / 36000;
    this.waitSeconds = dataset.world.stopSeconds;
    this.longestHoldMs = dataset.world.sensors.max_lateness_minutes * 60000 - QUEUE_MARGIN_MS;
    this.ownTicks = new Int32Array(dataset.world.events.names.length - KNOWN_EVENTS);
    this.deviations = new Float64Array(dataset.world.metrics.length);
    this.onsets = new Onsets(this);
    this.surroundings = new Surroundings(dataset.world, dataset.intervalMs, plans.conditions);
  }

  /** Loads a vehicle-day (days since 1970-01-01) and its first trip. Returns its number of records. */
  load(vehicle: number, day: number): number {
    const plan = this.plans.load(vehicle, day);
    this.draws.start(this.dataset.seed, vehicle, day);
    const random = this.draws.day;
    this.vehicle = vehicle;
    this.day = day;
    this.settle();
    const { world } = this;
    const { profile } = this.planner;
    this.odometerM = plan.odometerM;
    this.twiceBefore = 0;
    this.twiceDriven = 0;
    this.trip = -1;
    this.ticks = -1;
    this.tick = 0;
    this.tour = -1;
    this.tripOfTour = 0;
    this.tripsOfTour = 0;
    this.speedingTicks = 0;
    this.tooFast = 0;
    this.gpsLostTicks = 0;
    this.faultTicks = 0;
    this.heldUntilMs = 0;
    this.lastArrivalMs = 0;
    this.ownActive = 0;
    this.ownTicks.fill(0);
    this.onsets.startDay();
    const ageYears = (day - profile.commissionedDay) / 365.25;
    // The device slept since yesterday; old batteries hold less and drain faster.
    const worn = ageYears * profile.fadePctPerYear + world.service.capacity_pct * wearOf(profile, day);
    this.batteryCeiling = Math.max(LEAST_CHARGE, 100 - worn);
    this.lastEndMs = plan.trips > 0 ? plan.startMs[0]! - (6 + 10 * random.uniform()) * HOUR_MS : 0;
    this.batteryPct = this.batteryCeiling;
    if (plan.trips > 0) this.nextTrip();
    return plan.records;
  }

  /** The objects whose numbers are all that lasts from trip to trip; after they were set, call `restored`. */
  stateful(): readonly object[] {
    return [
      this,
      this.beforeRoute,
      this.ownTicks,
      this.deviations,
      ...this.onsets.stateful(),
      ...this.draws.stateful(),
    ];
  }

  restored(): void {
    this.draws.restored();
    this.settle();
    if (this.tour < 0) return;
    const random = new Sfc32();
    Object.assign(random, this.beforeRoute);
    this.buildRoute(random);
  }

  /** Whether a long way has made its arrays large. */
  get isLarge(): boolean {
    return this.leg.edges.length > LARGE_EDGES || this.route.edges.length > LARGE_EDGES;
  }

  /** When the next trip starts, in UTC milliseconds; undefined when there is none. */
  nextStartMs(): number | undefined {
    const plan = this.plans.load(this.vehicle, this.day);
    return this.trip + 1 < plan.trips ? plan.startMs[this.trip + 1] : undefined;
  }

  /** Moves on to the day's next trip; false when there is none. */
  nextTrip(): boolean {
    const { draws, world } = this;
    const plan = this.plans.load(this.vehicle, this.day);
    const { profile } = this.planner;
    if (this.trip + 1 >= plan.trips) return false;
    this.trip++;
    if (this.tripOfTour === this.tripsOfTour) this.nextTour();
    const to = this.unitsAtEnd();
    const perUnit = this.metresPerUnit;
    this.leg.set(this.route, this.network, this.unitsFromHome * perUnit, to * perUnit);
    this.remaining = Math.abs(to - this.unitsFromHome);
    this.unitsFromHome = to;
    this.tripOfTour++;
    this.twiceBefore += this.twiceDriven;
    this.twiceDriven = 0;
    this.tick = 0;
    this.speed = 0;
    this.dwell = 0;
    this.stopAtM = -1;
    this.startMs = plan.startMs[this.trip]!;
    this.ticks = plan.ticks[this.trip]!;
    this.tripId = this.vehicle * 1e7 + this.day * 100 + this.trip;
    const parkedHours = (this.startMs - this.lastEndMs) / HOUR_MS;
    this.lastEndMs = this.startMs + this.ticks * this.intervalMs;
    const drain = world.devices[profile.device]!.drain * (1 + (100 - this.batteryCeiling) * 0.15);
    this.batteryPct = Math.max(LEAST_CHARGE, this.batteryPct - parkedHours * drain);
    this.surroundings.untilMs = 0;
    this.gpsEast = draws.normal();
    this.gpsNorth = draws.normal();
    this.signalNoise = draws.normal() * 2;
    for (let i = 0; i < this.deviations.length; i++) this.deviations[i] = draws.normal();
    this.gpsLostTicks = 0;
    this.gpsLost = 0;
    if (draws.uniform() < world.sensors.cold_start_chance) {
      this.gpsLostTicks = this.ticksOf(draws.exponential() * world.sensors.reacquire_seconds);
      this.onsets.cause[GPS_LOSS] = CAUSES.indexOf('cold_start');
    }
    const faulty = plan.fault !== NO_FAULT && plan.faultTrip === this.trip;
    this.fault = faulty ? plan.fault : NO_FAULT;
    this.faultFrom = faulty ? plan.faultFrom : -1;
    this.faultTo = faulty ? plan.faultTo : -1;
    const stands = this.fault === COLLISION && this.faultTo > this.faultFrom;
    this.standFrom = stands ? this.faultFrom : -1;
    this.standTo = stands ? this.faultTo : -1;
    return true;
  }

  /** A duration in seconds as a whole number of intervals, at least one. */
  ticksOf(seconds: number): number {
    return Math.max(1, Math.round((seconds * 1000) / this.intervalMs));
  }

  /** Counts a spell of speeding down. It waits until the vehicle is too fast, and is over once it no longer is. */
  followSpell(speeding: number, place: Place): void {
    if (speeding !== 0) {
      if (this.tooFast === 0) this.onsets.trigger(SPEEDING, place);
      this.tooFast = 1;
      this.speedingTicks--;
    } else if (this.tooFast !== 0) this.speedingTicks = 0;
  }

  /** Holds records back until a time, at most as long as the scenario's maximum lateness allows. */
  holdUntil(untilMs: number, nowMs: number): void {
    this.heldUntilMs = Math.floor(Math.min(untilMs, nowMs + this.longestHoldMs));
  }

  /** Takes what follows from the vehicle alone. */
  private settle(): void {
    const { profile } = this.planner;
    Object.assign(profile, this.plans.profileOf(this.vehicle, this.day));
    this.network = this.world.regions[profile.region]!.network;
    this.geometry = this.plans.geometryOf(profile.region);
    const ageYears = (this.day - profile.commissionedDay) / 365.25;
    this.surroundings.startDay(profile, ageYears, wearOf(profile, this.day), (exponent) =>
      exp(exponent * profile.driverLog),
    );
  }

  private nextTour(): void {
    const plan = this.plans.load(this.vehicle, this.day);
    this.tour++;
    this.tripOfTour = 0;
    this.tripsOfTour = plan.tripsOut[this.tour]! + plan.tripsBack[this.tour]!;
    this.unitsFromHome = 0;
    this.oneWayUnits = Math.floor(plan.oneWayM[this.tour]! / this.metresPerUnit);
    Object.assign(this.beforeRoute, this.draws.day);
    this.buildRoute(this.draws.day);
  }

  private buildRoute(random: Sfc32): void {
    const plan = this.plans.load(this.vehicle, this.day);
    const { profile } = this.planner;
    const region = this.world.regions[profile.region]!;
    this.route.build(region, profile.home, plan.oneWayM[this.tour]!, plan.expectedMs[this.tour]!, random);
  }

  /** Where the trip ends, in units from home: stops lie on the way at the planned shares of its time. */
  private unitsAtEnd(): number {
    const plan = this.plans.load(this.vehicle, this.day);
    const out = plan.tripsOut[this.tour]!;
    const first = plan.firstTrip[this.tour]!;
    const outward = this.tripOfTour < out;
    if (outward && this.tripOfTour === out - 1) return this.oneWayUnits;
    if (!outward && this.tripOfTour === this.tripsOfTour - 1) return 0;
    const from = outward ? first : first + out;
    let part = 0;
    for (let i = from; i <= first + this.tripOfTour; i++) part += plan.share[i]!;
    const total = this.route.timeAt(this.oneWayUnits * this.metresPerUnit);
    const metres = this.route.placeAt(total * (outward ? part : 1 - part));
    return Math.max(0, Math.min(this.oneWayUnits, Math.round(metres / this.metresPerUnit)));
  }
}
