/** A thread that counts records of vehicle-days. */
import { workerData } from 'node:worker_threads';
import { type CountedPart, countPart, type VehicleDays } from '../plan/counting.js';
import type { PlannerSetup } from '../plan/dataset.js';
import { DayPlanner } from '../plan/day-plan.js';
import { ConditionsCache } from '../world/conditions/conditions.js';

const { world, seed, intervalMs } = workerData as PlannerSetup;
const planner = new DayPlanner(world, seed, intervalMs, new ConditionsCache(world.conditions, seed));

export default function count(part: VehicleDays): CountedPart {
  return countPart(planner, part);
}
