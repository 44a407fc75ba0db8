/** Creates a thread's planner for a dataset. Separate from dataset.ts, whose imports take longer to load. */
import { ConditionsCache } from '../world/conditions/conditions.js';
import type { Dataset, PlannerSetup } from './dataset.js';
import { DayPlanner } from './day/day-planner.js';

/**
 * A planner for a dataset, or for one still being planned. One per thread, as it caches results; with `keepsTrips` all
 * trips of a day.
 */
export function plannerOf(
  dataset: PlannerSetup & Partial<Pick<Dataset, 'conditions'>>,
  conditions = new ConditionsCache(dataset.world.conditions, dataset.seed, dataset.conditions),
  keepsTrips = false,
): { readonly planner: DayPlanner; readonly conditions: ConditionsCache } {
  return {
    planner: new DayPlanner(dataset.world, dataset.seed, dataset.intervalMs, conditions, keepsTrips),
    conditions,
  };
}
