/** The vehicles and trips of a dataset as the simulator knows them. */
import type { Dataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { emptyProfile, fillProfile, type VehicleProfile } from '#src/plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '#src/random/sfc32.js';
import { COLLISION } from '#src/world/tables/fault-tables.js';

/** By vehicle number. */
export function vehiclesOf(dataset: Dataset): VehicleProfile[] {
  const random = new Sfc32();
  return Array.from({ length: dataset.vehicles }, (_, vehicle) => {
    const profile = emptyProfile();
    fillProfile(dataset.world, dataset.seed, vehicle, random, profile);
    return profile;
  });
}

/** Ids of the trips with a crash. */
export function crashTrips(dataset: Dataset): Set<number> {
  const { planner } = plannerOf(dataset);
  const found = new Set<number>();
  for (let day = dataset.firstDay; day < dataset.firstDay + dataset.days; day++) {
    for (let vehicle = 0; vehicle < dataset.vehicles; vehicle++) {
      planner.load(vehicle, day);
      const { faults } = planner.plan;
      if (faults.kind === COLLISION) found.add(vehicle * 1e7 + day * 100 + faults.trip);
    }
  }
  return found;
}
