/**
 * The charge of a device's battery, continuous over nights and days off: it drains while the vehicle is parked and
 * charges while the engine runs, up to the battery's remaining capacity. Charges are in percent, rates in percent per
 * hour.
 */

import { HOUR_MS } from '../../base/time.js';
import type { DayPlan } from '../../plan/day/day-plan.js';
import type { DayPlanner } from '../../plan/day/day-planner.js';
import { type VehicleProfile, wearOf } from '../../plan/vehicle/vehicle-profile.js';
import type { World } from '../../world/world.js';

const DAYS_PER_YEAR = 365.25;
/** The device switches off below this charge (declared). */
export const MIN_CHARGE_PCT = 4;
/** An old battery drains faster: factor per unit of lost capacity (declared). */
const DRAIN_BY_AGE = 0.15;
/** How many days back to look for the last trip, and how many driven days to simulate the charge of. */
const MAX_DAYS = 28;
const MAX_DRIVEN = 3;
/** Driven days to look back on where the charge must not jump; a power of two. */
const MAX_FOLLOWED = 8;
/** Hours parked before the earliest simulated day (declared). */
const USUAL_NIGHT_H = 12;
/** A battery in use is never lower than this below what it holds, or all but never (declared). */
const USUAL_DEPTH_PCT = 45;

export interface ParkedState {
  /** UTC milliseconds of the last trip's end, and the charge then. */
  readonly endMs: number;
  readonly chargePct: number;
  /** Metres on the odometer. */
  readonly odometerM: number;
  /** The earliest day that it was derived from, not after that of the trip; days since 1970-01-01. */
  readonly since: number;
  /**
   * Driven days since the charge was last known independently of the days before; MAX_DRIVEN or more where that is
   * unknown.
   */
  readonly driven: number;
}

/** Years since a vehicle joined the fleet. */
export function ageYears(profile: VehicleProfile, day: number): number {
  return (day - profile.commissionedDay) / DAYS_PER_YEAR;
}

/** Capacity of the battery on a day. */
export function batteryCapacity(world: World, profile: VehicleProfile, day: number): number {
  const worn = ageYears(profile, day) * profile.fadePctPerYear + world.service.capacity_pct * wearOf(profile, day);
  return Math.max(MIN_CHARGE_PCT, 100 - worn);
}

export function drainRate(world: World, profile: VehicleProfile, ceiling: number): number {
  return world.devices[profile.device]!.drain * (1 + (100 - ceiling) * DRAIN_BY_AGE);
}

/** The charge after `ms` milliseconds parked. */
export function parkedCharge(chargePct: number, ms: number, drain: number): number {
  return Math.max(MIN_CHARGE_PCT, chargePct - (ms / HOUR_MS) * drain);
}

/** How the vehicle was left before a day, derived from its last driven days. */
export function parkedStateBefore(world: World, planner: DayPlanner, vehicle: number, day: number): ParkedState {
  // With heartbeats, records show the charge on both sides of midnight.
  if (world.reporting.heartbeatMs > 0) {
    for (let driven = 1; driven <= MAX_FOLLOWED; driven *= 2) {
      const range = rangeBefore(world, planner, vehicle, day, driven, day - MAX_DAYS);
      if (range !== undefined && range.lowPct === range.highPct) return { ...range, chargePct: range.lowPct, driven };
    }
    return { ...parkedStateOf(world, planner, vehicle, day, MAX_DRIVEN), driven: MAX_FOLLOWED };
  }
  return parkedStateOf(world, planner, vehicle, day, MAX_DRIVEN);
}

/**
 * How a driven day leaves the vehicle, if what is known of the days before determines it as exactly as
 * `parkedStateBefore` of the next day would; otherwise undefined.
 */
export function parkedStateAfter(
  world: World,
  planner: DayPlanner,
  day: number,
  before: ParkedState,
): ParkedState | undefined {
  if (world.reporting.heartbeatMs > 0) {
    return before.driven < MAX_FOLLOWED ? { ...charged(world, planner, day, before), since: before.since } : undefined;
  }
  const plain = exactParkedStateAfter(world, planner, day);
  if (plain !== undefined || before.driven >= MAX_DRIVEN - 1) return plain;
  return charged(world, planner, day, before);
}

/** Whether `parkedStateBefore` of a day would still find this state, after days off. */
export function isStillValid(rest: ParkedState, day: number): boolean {
  return day - rest.since <= MAX_DAYS;
}

/** A parked state whose charge is only known to lie in a range. */
interface ParkedStateRange extends Omit<ParkedState, 'chargePct' | 'driven'> {
  readonly lowPct: number;
  readonly highPct: number;
}

/**
 * How a number of driven days leave the vehicle before a day, whatever its charge was before them: at most those since
 * the earliest day, and the end of the one before; undefined where there is none.
 */
function rangeBefore(
  world: World,
  planner: DayPlanner,
  vehicle: number,
  day: number,
  driven: number,
  earliest: number,
): ParkedStateRange | undefined {
  let last = day - 1;
  for (; last >= earliest; last--) {
    planner.load(vehicle, last);
    if (planner.plan.trips > 0) break;
  }
  if (last < earliest) return undefined;
  const { plan, profile } = planner;
  const ceiling = batteryCapacity(world, profile, last);
  const before = driven > 0 ? rangeBefore(world, planner, vehicle, last, driven - 1, earliest) : undefined;
  if (driven > 0) planner.load(vehicle, last);
  if (before === undefined) return { ...endOf(plan), since: last, lowPct: MIN_CHARGE_PCT, highPct: ceiling };
  const drain = drainRate(world, profile, ceiling);
  const charge = (pct: number): number => {
    const start = startCharge({ endMs: before.endMs, chargePct: pct }, plan.startMs[0]!, ceiling, drain);
    return chargeOver(plan, start, ceiling, drain, world.sensors.charge_pct_per_h).chargePct;
  };
  return { ...endOf(plan), since: before.since, lowPct: charge(before.lowPct), highPct: charge(before.highPct) };
}

/** How a day leaves the vehicle, if its plan alone determines that: it drove, and its battery was fully charged. */
function exactParkedStateAfter(world: World, planner: DayPlanner, day: number): ParkedState | undefined {
  const { plan, profile } = planner;
  if (plan.trips === 0) return undefined;
  const ceiling = batteryCapacity(world, profile, day);
  const drain = drainRate(world, profile, ceiling);
  const worst = chargeOver(plan, ceiling - USUAL_DEPTH_PCT, ceiling, drain, world.sensors.charge_pct_per_h);
  return worst.full ? { ...endOf(plan), chargePct: worst.chargePct, since: day, driven: 0 } : undefined;
}

/** How a day leaves the vehicle otherwise. */
function charged(world: World, { plan, profile }: DayPlanner, day: number, before: ParkedState): ParkedState {
  const ceiling = batteryCapacity(world, profile, day);
  const drain = drainRate(world, profile, ceiling);
  const start = startCharge(before, plan.startMs[0]!, ceiling, drain);
  const { chargePct } = chargeOver(plan, start, ceiling, drain, world.sensors.charge_pct_per_h);
  return { ...endOf(plan), chargePct, since: day, driven: before.driven + 1 };
}

function parkedStateOf(world: World, planner: DayPlanner, vehicle: number, day: number, depth: number): ParkedState {
  for (let before = day - 1; before >= day - MAX_DAYS; before--) {
    planner.load(vehicle, before);
    const { plan, profile } = planner;
    if (plan.trips === 0) continue;
    const plain = exactParkedStateAfter(world, planner, before);
    if (plain !== undefined) return plain;
    // Not full whatever it started with, so it depends on the days before, too.
    if (depth > 1) {
      const earlier = parkedStateOf(world, planner, vehicle, before, depth - 1);
      planner.load(vehicle, before);
      return charged(world, planner, before, earlier);
    }
    const ceiling = batteryCapacity(world, profile, before);
    const drain = drainRate(world, profile, ceiling);
    const start = ceiling - USUAL_NIGHT_H * drain;
    const { chargePct } = chargeOver(plan, start, ceiling, drain, world.sensors.charge_pct_per_h);
    return { ...endOf(plan), chargePct, since: before, driven: MAX_DRIVEN };
  }
  const { dayStartMs: endMs, odometerM } = planner.plan;
  return { endMs, odometerM, chargePct: MIN_CHARGE_PCT, since: day - MAX_DAYS - 1, driven: MAX_DRIVEN };
}

function endOf({ trips, startMs, durationMs, lengthM, odometerM }: DayPlan): Pick<ParkedState, 'endMs' | 'odometerM'> {
  let metres = odometerM;
  for (let trip = 0; trip < trips; trip++) metres += lengthM[trip]!;
  return { endMs: startMs[trips - 1]! + durationMs[trips - 1]!, odometerM: metres };
}

/** The charge when the first trip of a day starts. */
export function startCharge(
  rest: Pick<ParkedState, 'endMs' | 'chargePct'>,
  firstMs: number,
  ceiling: number,
  drain: number,
): number {
  return parkedCharge(Math.min(rest.chargePct, ceiling), firstMs - rest.endMs, drain);
}

/** The charge after a day's trips, and whether the battery was full at the end of one. */
function chargeOver(
  plan: DayPlan,
  startPct: number,
  ceiling: number,
  drain: number,
  charge: number,
): { readonly chargePct: number; readonly full: boolean } {
  let pct = Math.max(MIN_CHARGE_PCT, startPct);
  let full = false;
  for (let trip = 0; trip < plan.trips; trip++) {
    if (trip > 0) {
      const parkedMs = plan.startMs[trip]! - plan.startMs[trip - 1]! - plan.durationMs[trip - 1]!;
      pct = parkedCharge(pct, parkedMs, drain);
    }
    pct = Math.min(ceiling, pct + (plan.durationMs[trip]! / HOUR_MS) * charge);
    full ||= pct === ceiling;
  }
  return { chargePct: pct, full };
}
