/**
 * One vehicle's day: loads its plan, drives trip after trip, and holds the state that persists between records. The
 * records themselves are made in trip-records.ts.
 */
import { HOUR_S, MINUTE_MS } from '../../base/time.js';
import { tripIdOf } from '../../columns/trip-id.js';
import { Cursor } from '../../motion/cursor.js';
import { Drive } from '../../motion/drive.js';
import { Route } from '../../motion/route.js';
import { Track } from '../../motion/track.js';
import type { Dataset } from '../../plan/dataset.js';
import { endAffectedTick, firstAffectedTick } from '../../plan/day/day-faults.js';
import type { DayPlan } from '../../plan/day/day-plan.js';
import type { DrivenTrip } from '../../plan/day/day-planner.js';
import {
  firstHeartbeat,
  heartbeatPhase,
  lastRecordMs,
  parkedFromMs,
  parkedUntilMs,
} from '../../plan/day/heartbeat-times.js';
import { LostBursts } from '../../plan/day/lost-bursts.js';
import { emptyProfile, type VehicleProfile, wearOf } from '../../plan/vehicle/vehicle-profile.js';
import { BLOCK_MS, blockOf, type ConditionsCache } from '../../world/conditions/conditions.js';
import type { RoadNetwork } from '../../world/roads/network.js';
import { BUILT_IN_EVENT_COUNT } from '../../world/tables/event-tables.js';
import { COLLISION, NO_FAULT } from '../../world/tables/fault-tables.js';
import type { Jammer } from '../../world/tables/jammers.js';
import type { World } from '../../world/world.js';
import { ageYears, batteryCapacity, drainRate, parkedCharge } from './battery.js';
import { RandomDraws } from './random-draws.js';
import { SharedPlans } from './shared-plans.js';
import { Surroundings } from './surroundings.js';
import { TripEvents } from './trip-events.js';

/** Held-back records are sent one after another: time per record in that queue, added to the hold. */
const QUEUE_MARGIN_MS = 2 * MINUTE_MS;
/** No temperature has been reported yet. */
export const UNKNOWN_TEMPERATURE = -100000;
/** Three quarters of the routes are shorter. */
const LARGE_ARCS = 64;

export class VehicleDay {
  readonly world: World;
  readonly conditions: ConditionsCache;
  /** A copy, as the shared planner plans other days before this one ends. */
  readonly profile: VehicleProfile = emptyProfile();
  readonly surroundings: Surroundings;
  readonly draws = new RandomDraws();
  /** The current trip. */
  driven: DrivenTrip;
  readonly cursor = new Cursor();
  readonly track = new Track();
  readonly tripEvents: TripEvents;
  readonly intervalMs: number;
  network!: RoadNetwork;
  /** Jammers that may be active during the trip. */
  jammers: readonly Jammer[] = [];
  vehicle = -1;
  day = -1;

  // State of the trip.
  trip = -1;
  /** Not a small integer at first: V8 deoptimises the code that reads the day when a field's representation changes. */
  tripId = Number.NaN;
  startMs = 0;
  /** Intervals from start to end. */
  ticks = -1;
  tick = 0;
  /** UTC milliseconds of the last tick's record, without its jitter. */
  lastMs = 0;
  /** UTC milliseconds of the last record; initially one interval before the trip's start. */
  recordedMs = 0;
  /** Speed in the last record, tenths of km/h. */
  speed = 0;
  /** Metres on the odometer at the trip's start. */
  odometerM = 0;
  /** Index into the marks of tripEvents. */
  mark = 0;
  batteryStart = 0;
  batteryCeiling = 100;
  /** The records of the trip that are lost. */
  readonly bursts: LostBursts;

  // State while parked: since when and with what charge (percent), where, metres on the odometer.
  parkedSinceMs = 0;
  parkedPct = 0;
  parkedNode = -1;
  parkedOdometerM = 0;
  /** The next heartbeat, and the exclusive end of heartbeats: UTC milliseconds. */
  heartbeatMs = 0;
  heartbeatsUntilMs = 0;

  // Ends of conditions that outlast a record, UTC milliseconds.
  gpsLostUntilMs = 0;
  faultUntilMs = 0;
  heldUntilMs = 0;
  /** With heartbeats the next day's records begin at its start, so records held back must arrive before. */
  private heldAtMostMs = Number.POSITIVE_INFINITY;
  /** By custom event: active up to and including that time. */
  readonly customUntilMs: Float64Array;
  lastArrivalMs = 0;
  /** The last thermometer reading in its column's unit; UNKNOWN_TEMPERATURE before the day's first record of a trip. */
  lastTemperature = UNKNOWN_TEMPERATURE;
  gpsEast = 0;
  gpsNorth = 0;
  signalNoise = 0;
  /** By event: the cause of its current or last occurrence (a code of the dataset's causes). */
  readonly cause: Uint8Array;
  /** By custom metric: current deviation in standard deviations. */
  readonly deviations: Float64Array;
  /**
   * The day's fault if it is in this trip (a code of fault-tables.ts), and its ticks: from (inclusive), to (exclusive).
   */
  fault = NO_FAULT as number;
  faultFrom = -1;
  faultTo = -1;

  private readonly longestHoldMs: number;
  /** Charging while the engine runs, percent per second. */
  private readonly chargePerS: number;

  /** `plans`: shared by all the days that a thread simulates at the same time. */
  constructor(
    readonly dataset: Dataset,
    private readonly plans = new SharedPlans(dataset),
  ) {
    this.world = dataset.world;
    this.conditions = plans.conditions;
    this.intervalMs = dataset.intervalMs;
    this.chargePerS = dataset.world.sensors.charge_pct_per_h / HOUR_S;
    this.longestHoldMs = dataset.world.sensors.max_lateness_minutes * MINUTE_MS - QUEUE_MARGIN_MS;
    this.driven = { route: new Route(), drive: new Drive(dataset.world, dataset.seed, plans.conditions) };
    this.customUntilMs = new Float64Array(dataset.world.events.names.length - BUILT_IN_EVENT_COUNT);
    this.cause = new Uint8Array(dataset.world.events.names.length);
    this.deviations = new Float64Array(dataset.world.metrics.length);
    this.bursts = new LostBursts(dataset.world.reporting, dataset.seed, dataset.intervalMs);
    this.surroundings = new Surroundings(dataset.world, plans.conditions);
    this.tripEvents = new TripEvents(this);
  }

  /** Loads a vehicle-day (days since 1970-01-01), parked before its first trip. Returns its number of records. */
  load(vehicle: number, day: number): number {
    const plan = this.plans.load(vehicle, day);
    this.draws.start(this.dataset.seed, vehicle, day);
    this.vehicle = vehicle;
    this.day = day;
    this.startTripState();
    this.odometerM = plan.odometerM;
    this.trip = -1;
    this.ticks = -1;
    this.tick = 0;
    this.gpsLostUntilMs = 0;
    this.faultUntilMs = 0;
    this.heldUntilMs = 0;
    if (this.world.reporting.heartbeatMs > 0) this.heldAtMostMs = plan.dayEndMs - QUEUE_MARGIN_MS;
    this.lastArrivalMs = 0;
    this.lastTemperature = UNKNOWN_TEMPERATURE;
    this.customUntilMs.fill(0);
    this.tripEvents.waiting.fill(0);
    this.tripEvents.waitingCause.fill(0);
    for (let i = 0; i < this.deviations.length; i++) this.deviations[i] = this.draws.normal();
    const { trips, records } = plan;
    if (records > 0) {
      const rest = this.plans.parkedStateBefore(vehicle, day);
      this.parkedSinceMs = rest.endMs;
      this.parkedPct = Math.min(rest.chargePct, this.batteryCeiling);
      this.parkedOdometerM = rest.odometerM;
      this.parkedNode = trips > 0 ? plan.from[0]! : plan.startNode;
      this.awaitHeartbeats(plan);
    } else this.plans.passDayOff(vehicle, day);
    return records;
  }

  /** The objects whose numbers are the state that persists between trips; call `restored` after setting them. */
  stateful(): readonly object[] {
    return [
      this,
      this.customUntilMs,
      this.cause,
      this.deviations,
      this.tripEvents.waiting,
      this.tripEvents.waitingCause,
      ...this.draws.stateful(),
    ];
  }

  restored(): void {
    this.draws.restored();
    this.startTripState();
  }

  get route(): Route {
    return this.driven.route;
  }

  get drive(): Drive {
    return this.driven.drive;
  }

  /** Whether a long route has enlarged its arrays. */
  get isLarge(): boolean {
    return this.route.arcs.length > LARGE_ARCS;
  }

  /** Whether there is a heartbeat before the next trip. */
  get hasHeartbeat(): boolean {
    return this.heartbeatMs < this.heartbeatsUntilMs;
  }

  /** UTC milliseconds of the next heartbeat or else of the next trip's start; undefined after the last. */
  nextMs(): number | undefined {
    if (this.hasHeartbeat) return this.heartbeatMs;
    const plan = this.plans.load(this.vehicle, this.day);
    return this.trip + 1 < plan.trips ? plan.startMs[this.trip + 1] : undefined;
  }

  /** Moves on to the day's next trip; false when there is none. */
  nextTrip(): boolean {
    const { draws, world, profile, intervalMs } = this;
    const plan = this.plans.load(this.vehicle, this.day);
    if (this.trip + 1 >= plan.trips) return false;
    this.trip++;
    const { trip } = this;
    if (trip > 0) this.odometerM += plan.lengthM[trip - 1]!;
    this.startMs = plan.startMs[trip]!;
    this.ticks = plan.ticks[trip]!;
    this.tick = 0;
    this.speed = 0;
    this.tripId = tripIdOf(this.vehicle, this.day, trip);
    this.lastMs = lastRecordMs(plan, trip, intervalMs);
    this.recordedMs = this.startMs - intervalMs;
    this.bursts.start(this.vehicle, this.day, trip, this.ticks);
    const { faults } = plan;
    const faulty = faults.kind !== NO_FAULT && faults.trip === trip;
    this.fault = faulty ? faults.kind : NO_FAULT;
    const inTicks = faulty && faults.kind !== COLLISION;
    this.faultFrom = inTicks ? firstAffectedTick(faults, intervalMs) : -1;
    this.faultTo = inTicks ? endAffectedTick(faults, this.ticks, intervalMs) : -1;
    const region = world.regions[profile.region]!;
    this.driven = this.plans.takeTrip(this.vehicle, this.day, trip, this.driven);
    const { route, drive } = this;
    this.batteryStart = this.parkedBatteryAt(this.startMs);
    this.parkedPct = this.batteryAt(drive.seconds);
    const endMs = this.startMs + plan.durationMs[trip]!;
    this.parkedSinceMs = endMs;
    this.parkedNode = plan.to[trip]!;
    this.parkedOdometerM = this.odometerM + plan.lengthM[trip]!;
    this.awaitHeartbeats(plan);
    const block = blockOf(this.startMs);
    this.jammers = this.conditions.get(profile.region, block).jammers;
    if (this.jammers.length > 0 || blockOf(endMs) !== block) {
      const later = (block + 1) * BLOCK_MS < endMs ? this.conditions.get(profile.region, block + 1).jammers : [];
      this.jammers = [...this.jammers, ...later].filter(
        (jammer) => jammer.untilMs > this.startMs && jammer.fromMs < endMs,
      );
    }
    this.tripEvents.compose();
    this.mark = 0;
    this.cursor.start(drive, profile.topSpeed, world.events.tolerance);
    this.track.start(this.network, region.geometry, route);
    this.surroundings.untilMs = 0;
    this.gpsEast = draws.normal();
    this.gpsNorth = draws.normal();
    this.signalNoise = draws.normal() * 2;
    return true;
  }

  /** Battery charge in percent, `seconds` into the trip. */
  batteryAt(seconds: number): number {
    const charged = this.batteryStart + seconds * this.chargePerS;
    return Math.min(charged, this.batteryCeiling);
  }

  /** The same while parked, at a time in UTC milliseconds. */
  parkedBatteryAt(timeMs: number): number {
    const drain = drainRate(this.world, this.profile, this.batteryCeiling);
    return parkedCharge(this.parkedPct, timeMs - this.parkedSinceMs, drain);
  }

  /** Holds records back until a time, at most as long as the scenario's maximum lateness and the day's end allow. */
  holdUntil(untilMs: number, nowMs: number): void {
    this.heldUntilMs = Math.floor(Math.min(untilMs, nowMs + this.longestHoldMs, this.heldAtMostMs));
  }

  private awaitHeartbeats(plan: DayPlan): void {
    const { heartbeatMs } = this.world.reporting;
    if (heartbeatMs === 0) return;
    const phase = heartbeatPhase(this.profile, heartbeatMs);
    this.heartbeatMs = firstHeartbeat(parkedFromMs(plan, this.trip, this.intervalMs), phase, heartbeatMs);
    this.heartbeatsUntilMs = parkedUntilMs(plan, this.trip);
  }

  /** Sets what depends on the vehicle and the day only. */
  private startTripState(): void {
    const { profile, world } = this;
    Object.assign(profile, this.plans.profileOf(this.vehicle, this.day));
    this.network = world.regions[profile.region]!.network;
    this.batteryCeiling = batteryCapacity(world, profile, this.day);
    this.surroundings.startDay(profile);
    this.tripEvents.startDay(ageYears(profile, this.day), wearOf(profile, this.day));
  }
}
