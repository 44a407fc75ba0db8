/**
 * What the vehicle-days of a thread share: one planner, which keeps the day it planned last, another for the days before, and
 * the weather and traffic computed so far. A day under way asks again when it needs its plan.
 */
import type { Dataset } from '../plan/dataset.js';
import type { DayPlan, DayPlanner } from '../plan/day-plan.js';
import { plannerOf } from '../plan/planner.js';
import type { VehicleProfile } from '../plan/vehicle-profile.js';
import type { ConditionsCache } from '../world/conditions/conditions.js';
import { type Rest, restAfter, restBefore } from './battery.js';

/** Vehicles whose last day's end is kept. */
const KEPT = 4096;

interface DayEnd {
  readonly vehicle: number;
  readonly day: number;
  readonly rest: Rest;
}

export class SharedPlans {
  readonly conditions: ConditionsCache;
  private readonly planner: DayPlanner;
  private readonly earlier: DayPlanner;
  /** By vehicle modulo KEPT: days are mostly asked for one after the other. */
  private readonly ends: (DayEnd | undefined)[] = new Array(KEPT);
  private vehicle = -1;
  private day = -1;

  constructor(private readonly dataset: Dataset) {
    const { planner, conditions } = plannerOf(dataset);
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

  /** The vehicle's profile, valid until the next call. */
  profileOf(vehicle: number, day: number): Readonly<VehicleProfile> {
    this.load(vehicle, day);
    return this.planner.profile;
  }

  /** How the vehicle was left before a day. */
  restBefore(vehicle: number, day: number): Rest {
    const { world } = this.dataset;
    const slot = vehicle & (KEPT - 1);
    const kept = this.ends[slot];
    const rest =
      kept?.vehicle === vehicle && kept.day === day - 1 ? kept.rest : restBefore(world, this.earlier, vehicle, day);
    this.load(vehicle, day);
    const next = restAfter(world, this.planner, day);
    if (next !== undefined) this.ends[slot] = { vehicle, day, rest: next };
    return rest;
  }
}
