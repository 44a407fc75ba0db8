/**
 * What the vehicle-days of a thread share: a planner, which keeps the day it planned last, a second one for earlier
 * days, and the weather and traffic computed so far. A vehicle-day in progress asks again whenever it needs its plan.
 */
import type { Dataset } from '../../plan/dataset.js';
import type { DayPlan } from '../../plan/day/day-plan.js';
import type { DayPlanner, DrivenTrip } from '../../plan/day/day-planner.js';
import { plannerOf } from '../../plan/planner.js';
import type { VehicleProfile } from '../../plan/vehicle/vehicle-profile.js';
import type { ConditionsCache } from '../../world/conditions/conditions.js';
import { isStillValid, type ParkedState, parkedStateAfter, parkedStateBefore } from './battery.js';

/** Vehicles whose last day's end is kept. */
const KEPT = 4096;

interface DayEnd {
  readonly vehicle: number;
  readonly day: number;
  readonly rest: ParkedState;
}

export class SharedPlans {
  readonly conditions: ConditionsCache;
  private readonly planner: DayPlanner;
  private readonly earlier: DayPlanner;
  /** By vehicle modulo KEPT: a vehicle's days are mostly requested one after another. */
  private readonly ends: (DayEnd | undefined)[] = new Array(KEPT);
  private vehicle = -1;
  private day = -1;

  constructor(private readonly dataset: Dataset) {
    const { planner, conditions } = plannerOf(dataset, undefined, true);
    this.planner = planner;
    this.earlier = plannerOf(dataset, conditions).planner;
    this.conditions = conditions;
  }

  /** The plan of a vehicle's day (days since 1970-01-01), valid until the next call. */
  load(vehicle: number, day: number): DayPlan {
    if (vehicle !== this.vehicle || day !== this.day) {
      this.planner.load(vehicle, day);
      this.vehicle = vehicle;
      this.day = day;
    }
    return this.planner.plan;
  }

  /** Exchanges the caller's unused trip for a trip of the day, which then belongs to the caller. */
  takeTrip(vehicle: number, day: number, trip: number, used: DrivenTrip): DrivenTrip {
    this.load(vehicle, day);
    return this.planner.take(trip, used);
  }

  /** The vehicle's profile, valid until the next call. */
  profileOf(vehicle: number, day: number): Readonly<VehicleProfile> {
    this.load(vehicle, day);
    return this.planner.profile;
  }

  /** How the vehicle was left before a day. */
  parkedStateBefore(vehicle: number, day: number): ParkedState {
    const { world } = this.dataset;
    const kept = this.keptBefore(vehicle, day);
    const rest = kept ?? parkedStateBefore(world, this.earlier, vehicle, day);
    this.load(vehicle, day);
    const { trips } = this.planner.plan;
    this.keep(vehicle, day, trips > 0 ? parkedStateAfter(world, this.planner, day, rest) : rest);
    return rest;
  }

  /** Carries the vehicle's parked state over a day off. */
  passDayOff(vehicle: number, day: number): void {
    this.keep(vehicle, day, this.keptBefore(vehicle, day));
  }

  private keptBefore(vehicle: number, day: number): ParkedState | undefined {
    const kept = this.ends[vehicle & (KEPT - 1)];
    return kept?.vehicle === vehicle && kept.day === day - 1 && isStillValid(kept.rest, day) ? kept.rest : undefined;
  }

  private keep(vehicle: number, day: number, rest: ParkedState | undefined): void {
    this.ends[vehicle & (KEPT - 1)] = rest && { vehicle, day, rest };
  }
}
