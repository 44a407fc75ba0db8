/** The planner that a thread makes of a dataset. Apart from the making of datasets, whose modules take longer to load. */
import { ConditionsCache } from '../world/conditions/conditions.js';
import type { Dataset, PlannerSetup } from './dataset.js';
import { DayPlanner } from './day/day-planner.js';

/** A planner for the dataset, or for one that is still being planned; each thread has its own, as it keeps what it computed: all trips of a day, with `keepsTrips`. */
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
