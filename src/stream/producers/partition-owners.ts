/** Assigns partitions to producers, as evenly as whole partitions allow. */
import type { Dataset } from '../../plan/dataset.js';
import { SharedPlans } from '../../simulate/day/shared-plans.js';

/** Enough to estimate how busy each vehicle is, and planned in some 50 ms; of a large fleet the first day is enough. */
const VEHICLE_DAYS = 50_000;
const WEEK = 7;

/** The worker of each partition; `partitionOf` maps vehicles to partitions. Depends on the dataset only. */
export function partitionOwners(
  dataset: Dataset,
  partitionOf: (vehicle: number) => number,
  partitions: number,
  workers: number,
): number[] {
  const records = new Float64Array(partitions);
  const plans = new SharedPlans(dataset);
  const days = Math.max(1, Math.min(WEEK, Math.floor(VEHICLE_DAYS / dataset.vehicles)));
  for (let day = dataset.firstDay; workers > 1 && day < dataset.firstDay + days; day++) {
    for (let vehicle = 0; vehicle < dataset.vehicles; vehicle++) {
      records[partitionOf(vehicle)]! += plans.load(vehicle, day).records;
    }
  }
  // Greedy: the largest partition first, each to the worker with the least.
  const owners = new Array<number>(partitions);
  const loads = new Array<number>(workers).fill(0);
  const counts = new Array<number>(workers).fill(0);
  const order = Array.from(records.keys()).sort((a, b) => records[b]! - records[a]! || a - b);
  for (const partition of order) {
    let min = 0;
    for (let worker = 1; worker < workers; worker++) {
      const less = loads[worker]! - loads[min]! || counts[worker]! - counts[min]!;
      if (less < 0) min = worker;
    }
    owners[partition] = min;
    loads[min]! += records[partition]!;
    counts[min]!++;
  }
  return owners;
}
