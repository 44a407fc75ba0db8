/** The module of a thread that counts the records of vehicle-days. */
import { workerData } from 'node:worker_threads';
import { type CountedPart, countPart, type VehicleDays } from '../../plan/capacity/counting.js';
import type { PlannerSetup } from '../../plan/dataset.js';
import { plannerOf } from '../../plan/planner.js';

const { planner } = plannerOf(workerData as PlannerSetup);

export default function count(part: VehicleDays): CountedPart {
  return countPart(planner, part);
}
