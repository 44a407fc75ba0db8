/**
 * When the device of a parked vehicle reports: on a clock per vehicle that runs independently of its trips, so that
 * heartbeats are regular over nights and days off and counting them is O(1). Times are UTC milliseconds.
 */
import { MINUTE_MS } from '../../base/time.js';
import { hash32 } from '../../random/hash.js';
import type { VehicleProfile } from '../vehicle/vehicle-profile.js';
import type { DayPlan } from './day-plan.js';

/**
 * No heartbeat this soon after or before a trip, or before the next day, which begins at a full minute: it arrives
 * before the next record is made.
 */
const QUIET_MS = 3000;
/** A trip's last record is made this long before the next trip starts if its interval would end later. */
const BEFORE_NEXT_MS = 1000;
const HEARTBEAT_KEY = 0x1b873593;

/** Random key of a vehicle's heartbeats. */
export function heartbeatKey(profile: Pick<VehicleProfile, 'key'>): number {
  return profile.key ^ HEARTBEAT_KEY;
}

/** Phase of a vehicle's heartbeats in milliseconds, 0 to `everyMs` (exclusive). */
export function heartbeatPhase(profile: Pick<VehicleProfile, 'key'>, everyMs: number): number {
  const key = heartbeatKey(profile);
  return (hash32(key, -1) % (everyMs / MINUTE_MS)) * MINUTE_MS + (hash32(key, -2) % (MINUTE_MS - QUIET_MS));
}

/** The first heartbeat at or after a time. */
export function firstHeartbeat(fromMs: number, phaseMs: number, everyMs: number): number {
  return phaseMs + Math.ceil((fromMs - phaseMs) / everyMs) * everyMs;
}

/** Number of heartbeats from a time (inclusive) to another (exclusive). */
export function countHeartbeats(fromMs: number, untilMs: number, phaseMs: number, everyMs: number): number {
  return Math.max(0, Math.ceil((untilMs - phaseMs) / everyMs) - Math.ceil((fromMs - phaseMs) / everyMs));
}

/** Time of a trip's last record. */
export function lastRecordMs({ startMs, ticks, trips }: DayPlan, trip: number, intervalMs: number): number {
  const lastTickMs = startMs[trip]! + ticks[trip]! * intervalMs;
  return trip + 1 < trips ? Math.min(lastTickMs, startMs[trip + 1]! - BEFORE_NEXT_MS) : lastTickMs;
}

/** Start (inclusive) of heartbeats after a trip; -1 for those before the day's first trip. */
export function parkedFromMs(plan: DayPlan, trip: number, intervalMs: number): number {
  return trip < 0 ? plan.dayStartMs : lastRecordMs(plan, trip, intervalMs) + QUIET_MS;
}

/** End (exclusive) of heartbeats after a trip; -1 for those before the day's first trip. */
export function parkedUntilMs(plan: DayPlan, trip: number): number {
  return trip + 1 < plan.trips ? plan.startMs[trip + 1]! - QUIET_MS : plan.dayEndMs;
}
