/**
 * What the vehicle-days of a thread share: one planner, which keeps the day it planned last, the weather and traffic it has
 * computed, and the roads' geometry. A day under way asks again when it needs its plan: that costs a microsecond.
 */
import type { Dataset } from '../plan/dataset.js';
import type { DayPlan, DayPlanner } from '../plan/day-plan.js';
import { plannerOf } from '../plan/planner.js';
import type { VehicleProfile } from '../plan/vehicle-profile.js';
import type { ConditionsCache } from '../world/conditions.js';
import { type EdgeGeometry, edgeGeometry } from './leg.js';

export class SharedPlans {
  readonly conditions: ConditionsCache;
  private readonly planner: DayPlanner;
  private readonly geometries: EdgeGeometry[] = [];
  private vehicle = -1;
  private day = -1;

  constructor(private readonly dataset: Dataset) {
    const { planner, conditions } = plannerOf(dataset);
    this.planner = planner;
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

  geometryOf(region: number): EdgeGeometry {
    let geometry = this.geometries[region];
    if (geometry === undefined) {
      geometry = edgeGeometry(this.dataset.world.regions[region]!.network);
      this.geometries[region] = geometry;
    }
    return geometry;
  }
}
