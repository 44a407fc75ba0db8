/**
 * The charge of a device's battery runs on over nights and days off: it drains while the vehicle is parked and charges while
 * the engine runs, up to what the battery still holds. All charges are percent, drains and charging percent per hour.
 */
import type { DayPlan, DayPlanner } from '../plan/day-plan.js';
import { type VehicleProfile, wearOf } from '../plan/vehicle-profile.js';
import { HOUR_MS } from '../world/local-time.js';
import type { World } from '../world/world.js';

/** The device switches itself off below. */
export const LEAST_PCT = 4;
/** An old battery drains faster: share by percent that it no longer holds (declared). */
const DRAIN_BY_AGE = 0.15;
/** Days looked back for the last trip, and days driven whose charge is followed. */
const MOST_DAYS = 28;
const MOST_DRIVEN = 3;
/** Hours parked before the earliest day that is followed. */
const USUAL_NIGHT_H = 12;
/** A battery in use is never lower than this below what it holds, or all but never. */
const USUAL_DEPTH_PCT = 45;

export interface Rest {
  /** UTC milliseconds of the last trip's end, and the charge then. */
  endMs: number;
  chargePct: number;
}

/** What the battery holds on a day. */
export function ceilingOf(world: World, profile: VehicleProfile, day: number): number {
  const ageYears = (day - profile.commissionedDay) / 365.25;
  const worn = ageYears * profile.fadePctPerYear + world.service.capacity_pct * wearOf(profile, day);
  return Math.max(LEAST_PCT, 100 - worn);
}

export function drainOf(world: World, profile: VehicleProfile, ceiling: number): number {
  return world.devices[profile.device]!.drain * (1 + (100 - ceiling) * DRAIN_BY_AGE);
}

/** The charge after some time parked. */
export function parkedCharge(chargePct: number, ms: number, drain: number): number {
  return Math.max(LEAST_PCT, chargePct - (ms / HOUR_MS) * drain);
}

/** How a day leaves the vehicle, where that is plain from its plan alone: it drove, and its battery filled up. */
export function restAfter(world: World, { plan, profile }: DayPlanner, day: number): Rest | undefined {
  if (plan.trips === 0) return undefined;
  const ceiling = ceilingOf(world, profile, day);
  const drain = drainOf(world, profile, ceiling);
  const worst = chargeOver(plan, ceiling - USUAL_DEPTH_PCT, ceiling, drain, world.sensors.charge_pct_per_h);
  const last = plan.trips - 1;
  return worst.full ? { endMs: plan.startMs[last]! + plan.durationMs[last]!, chargePct: worst.chargePct } : undefined;
}

/** When the vehicle's last trip before a day ended, and its battery's charge then. */
export function restBefore(world: World, planner: DayPlanner, vehicle: number, day: number): Rest {
  return restOf(world, planner, vehicle, day, MOST_DRIVEN);
}

function restOf(world: World, planner: DayPlanner, vehicle: number, day: number, depth: number): Rest {
  for (let back = 1; back <= MOST_DAYS; back++) {
    const before = day - back;
    planner.load(vehicle, before);
    if (planner.plan.trips === 0) continue;
    const plain = restAfter(world, planner, before);
    if (plain !== undefined) return plain;
    const { plan, profile } = planner;
    const ceiling = ceilingOf(world, profile, before);
    const drain = drainOf(world, profile, ceiling);
    const last = plan.trips - 1;
    const endMs = plan.startMs[last]! + plan.durationMs[last]!;
    // It doesn't fill up whatever it began with: the days before count too.
    const firstMs = plan.startMs[0]!;
    const start =
      depth > 1
        ? startCharge(restOf(world, planner, vehicle, before, depth - 1), firstMs, ceiling, drain)
        : ceiling - USUAL_NIGHT_H * drain;
    planner.load(vehicle, before);
    return {
      endMs,
      chargePct: chargeOver(planner.plan, start, ceiling, drain, world.sensors.charge_pct_per_h).chargePct,
    };
  }
  return { endMs: planner.plan.dayStartMs, chargePct: LEAST_PCT };
}

/** The charge when the first trip of a day starts. */
export function startCharge(rest: Rest, firstMs: number, ceiling: number, drain: number): number {
  return parkedCharge(Math.min(rest.chargePct, ceiling), firstMs - rest.endMs, drain);
}

/** The charge after a day's trips, and whether it was full at the end of one. */
function chargeOver(
  plan: DayPlan,
  startPct: number,
  ceiling: number,
  drain: number,
  charge: number,
): { readonly chargePct: number; readonly full: boolean } {
  let pct = Math.max(LEAST_PCT, startPct);
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
