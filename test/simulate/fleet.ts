/** The vehicle profiles of a dataset. */
import type { Dataset } from '#src/plan/dataset.js';
import { emptyProfile, fillProfile, type VehicleProfile } from '#src/plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '#src/random/sfc32.js';

/** By vehicle number. */
export function vehiclesOf(dataset: Dataset): VehicleProfile[] {
  const random = new Sfc32();
  return Array.from({ length: dataset.vehicles }, (_, vehicle) => {
    const profile = emptyProfile();
    fillProfile(dataset.world, dataset.seed, vehicle, random, profile);
    return profile;
  });
}
