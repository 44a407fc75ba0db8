/**
 * The rare fault of a vehicle-day, if there is one: which, in what trip, from when to when, and what it does to the
 * number of records.
 */
import { MINUTE_MS } from '../../base/time.js';
import type { Crash } from '../../motion/driver-model.js';
import type { Sfc32 } from '../../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../../random/tables.js';
import { COLLISION, DUPLICATES, type FaultTables, NO_FAULT, REBOOT } from '../../world/tables/fault-tables.js';
import type { DayTrips } from './day-trips.js';

/** Shorter trips have none. */
const MIN_TRIP_MS = MINUTE_MS;
/** Margin that lets the day end before the next one begins. */
const MAX_STAND_S = 2400;

export class DayFaults {
  /** A code of fault-tables.ts. */
  kind = NO_FAULT as number;
  trip = 0;
  /** Milliseconds from the trip's start: from (inclusive), to (exclusive). */
  fromMs = 0;
  untilMs = 0;
  crash: Crash | undefined;

  clear(): void {
    this.kind = NO_FAULT;
    this.crash = undefined;
  }

  /** Draws the day's fault; true for a crash, whose trip must be driven again. */
  draw(faults: FaultTables, plan: DayTrips, random: Sfc32): boolean {
    const { cumulative } = faults;
    let metres = 0;
    for (let trip = 0; trip < plan.trips; trip++) metres += plan.lengthM[trip]!;
    const others = cumulative[cumulative.length - 1]!;
    const u = random.uniform();
    if (u >= others + metres * faults.collisionsPerM) return false;
    const trip = random.below(plan.trips);
    const durationMs = plan.durationMs[trip]!;
    const place = random.uniform();
    const length = EXPONENTIAL[random.next() >>> TABLE_SHIFT]!;
    if (durationMs < MIN_TRIP_MS) return false;
    let kind = 1;
    while (kind < COLLISION && u >= cumulative[kind - 1]!) kind++;
    this.kind = kind;
    this.trip = trip;
    if (kind === COLLISION) {
      this.crash = {
        share: 0.1 + 0.8 * place,
        standSeconds: Math.min(MAX_STAND_S, 20 + faults.standSeconds * length),
      };
      return true;
    }
    this.fromMs = Math.floor((0.05 + 0.9 * place) * durationMs);
    this.untilMs = Math.min(
      durationMs,
      this.fromMs + Math.max(1000, Math.round(faults.meanSeconds[kind - 1]! * 1000 * length)),
    );
    return false;
  }

  /** The change in the day's number of records. A fault can affect ticks 1 to the last but one. */
  countRecords(plan: DayTrips, intervalMs: number): number {
    if (this.kind !== REBOOT && this.kind !== DUPLICATES) return 0;
    const touched = affectedTicks(this, plan.ticks[this.trip]!, intervalMs);
    return this.kind === REBOOT ? -touched : touched;
  }

  /**
   * The correction to one record per lost tick of the trip, `from` (inclusive) to `to` (exclusive): a record sent twice
   * also loses its copy, and one that the device did not record is not lost again.
   */
  countLost(from: number, to: number, ticks: number, intervalMs: number): number {
    if (this.kind !== REBOOT && this.kind !== DUPLICATES) return 0;
    const first = Math.max(from, firstAffectedTick(this, intervalMs));
    const touched = Math.max(0, Math.min(to, endAffectedTick(this, ticks, intervalMs)) - first);
    return this.kind === REBOOT ? -touched : touched;
  }
}

/** Number of a trip's ticks during the fault, between the trip's first and last record (exclusive). */
export function affectedTicks(fault: FaultTime, ticks: number, intervalMs: number): number {
  return Math.max(0, endAffectedTick(fault, ticks, intervalMs) - firstAffectedTick(fault, intervalMs));
}

type FaultTime = Pick<DayFaults, 'fromMs' | 'untilMs'>;

/** The first tick during the fault. */
export function firstAffectedTick({ fromMs }: FaultTime, intervalMs: number): number {
  return Math.max(1, Math.ceil(fromMs / intervalMs));
}

export function endAffectedTick({ untilMs }: FaultTime, ticks: number, intervalMs: number): number {
  return Math.min(ticks, Math.ceil(untilMs / intervalMs));
}
