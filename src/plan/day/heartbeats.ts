/**
 * When the device of a parked vehicle reports: on a clock of the vehicle's own that runs on whatever it does, so that nights
 * and days off have no seam and counting takes no time. Times are UTC milliseconds.
 */
import { MINUTE_MS } from '../../base/time.js';
import { hash32 } from '../../random/hash.js';
import type { VehicleProfile } from '../vehicle/vehicle-profile.js';
import type { DayPlan } from './day-plan.js';

/**
 * No heartbeat so soon after or before a trip, or before the next day, which begins with a minute: it has arrived when another
 * record is made.
 */
const QUIET_MS = 3000;
/** A trip's last record comes this long before the next trip starts where its interval would end later. */
const BEFORE_NEXT_MS = 1000;
const HEARTBEAT_KEY = 0x1b873593;

/** Of the random numbers of a vehicle's heartbeats. */
export function heartbeatKey(profile: Pick<VehicleProfile, 'key'>): number {
  return profile.key ^ HEARTBEAT_KEY;
}

/** Where in the time from one heartbeat to the next a vehicle's are. */
export function heartbeatPhase(profile: Pick<VehicleProfile, 'key'>, everyMs: number): number {
  const key = heartbeatKey(profile);
  return (hash32(key, -1) % (everyMs / MINUTE_MS)) * MINUTE_MS + (hash32(key, -2) % (MINUTE_MS - QUIET_MS));
}

/** The first heartbeat at a time or after. */
export function firstHeartbeat(fromMs: number, phaseMs: number, everyMs: number): number {
  return phaseMs + Math.ceil((fromMs - phaseMs) / everyMs) * everyMs;
}

/** Heartbeats from a time (inclusive) to another (exclusive). */
export function countHeartbeats(fromMs: number, untilMs: number, phaseMs: number, everyMs: number): number {
  return Math.max(0, Math.ceil((untilMs - phaseMs) / everyMs) - Math.ceil((fromMs - phaseMs) / everyMs));
}

/** When the last record of a trip is made. */
export function lastRecordMs({ startMs, ticks, trips }: DayPlan, trip: number, intervalMs: number): number {
  const lastTickMs = startMs[trip]! + ticks[trip]! * intervalMs;
  return trip + 1 < trips ? Math.min(lastTickMs, startMs[trip + 1]! - BEFORE_NEXT_MS) : lastTickMs;
}

/** From when on heartbeats come after a trip; before the day's first with -1. */
export function parkedFromMs(plan: DayPlan, trip: number, intervalMs: number): number {
  return trip < 0 ? plan.dayStartMs : lastRecordMs(plan, trip, intervalMs) + QUIET_MS;
}

/** Until when. */
export function parkedUntilMs(plan: DayPlan, trip: number): number {
  return trip + 1 < plan.trips ? plan.startMs[trip + 1]! - QUIET_MS : plan.dayEndMs;
}
