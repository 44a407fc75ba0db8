import { checkNumber, type Limit } from '../base/options.js';
import type { Batch } from '../columns/batch.js';
import type { VehicleColumns } from '../columns/vehicle.js';
import type { Dataset } from '../plan/dataset.js';
import { DATASET_LIMITS } from '../plan/request.js';
import { driverStyle, emptyProfile, fillProfile } from '../plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '../random/sfc32.js';
import { wrapLongitude } from './records/coordinates.js';

const FIRST: Limit = { min: 0, max: DATASET_LIMITS.vehicles.max, example: '0' };

/** Fills the batch with the vehicles from `first` on, sets batch.length and returns it; 0 at the end. */
export function fillVehicles(dataset: Dataset, first: number, batch: Batch<VehicleColumns>): number {
  checkNumber('first', first, FIRST);
  const { world, seed } = dataset;
  const random = new Sfc32();
  const profile = emptyProfile();
  const count = Math.max(0, Math.min(batch.capacity, dataset.vehicles - first));
  const { arrays } = batch;
  for (let i = 0; i < count; i++) {
    fillProfile(world, seed, first + i, random, profile);
    const { network } = world.regions[profile.region]!;
    arrays.vehicle_id[i] = first + i;
    arrays.vehicle_class[i] = profile.vehicleClass;
    arrays.region[i] = profile.region;
    arrays.home_latitude[i] = Math.round(network.latitude[profile.base]! * 1e6);
    arrays.home_longitude[i] = wrapLongitude(Math.round(network.longitude[profile.base]! * 1e6));
    arrays.driver_id[i] = first + i;
    arrays.driver_style[i] = driverStyle(profile.driverLog);
    arrays.device_model[i] = profile.device;
    arrays.commissioned_on[i] = profile.commissionedDay;
  }
  batch.length = count;
  return count;
}
