/** What the checks need to know of each vehicle: from its profile, by vehicle number. */
import type { Dataset } from '../../plan/dataset.js';
import { driverStyle, emptyProfile, fillProfile, wearOf } from '../../plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '../../random/sfc32.js';

export interface FleetFacts {
  readonly region: Uint8Array;
  readonly vehicleClass: Uint8Array;
  readonly device: Uint8Array;
  /** Nodes of the region's network: home or depot, and workplace (-1 for none). */
  readonly base: Int32Array;
  readonly work: Int32Array;
  /** Natural logarithm of the driver's factor on the rate of manoeuvres. */
  readonly driverLog: Float32Array;
  /** Code of DRIVER_STYLES. */
  readonly style: Uint8Array;
  readonly metresPerWeek: Float64Array;
  /** Days since 1970-01-01. */
  readonly commissioned: Int32Array;
  /** Percent of charge that the battery no longer holds for each year. */
  readonly fadePctPerYear: Float64Array;
  readonly serviceDays: Int32Array;
  /** How far the device has worn since its last service, 0 to 1, on a day (since 1970-01-01). */
  wear(vehicle: number, day: number): number;
}

export function factsOf(dataset: Dataset): FleetFacts {
  const n = dataset.vehicles;
  const facts: FleetFacts = {
    region: new Uint8Array(n),
    vehicleClass: new Uint8Array(n),
    device: new Uint8Array(n),
    base: new Int32Array(n),
    work: new Int32Array(n),
    driverLog: new Float32Array(n),
    style: new Uint8Array(n),
    metresPerWeek: new Float64Array(n),
    commissioned: new Int32Array(n),
    fadePctPerYear: new Float64Array(n),
    serviceDays: new Int32Array(n),
    wear: (vehicle: number, day: number): number =>
      wearOf({ commissionedDay: facts.commissioned[vehicle]!, serviceDays: facts.serviceDays[vehicle]! }, day),
  };
  const random = new Sfc32();
  const profile = emptyProfile();
  for (let v = 0; v < n; v++) {
    fillProfile(dataset.world, dataset.seed, v, random, profile);
    facts.region[v] = profile.region;
    facts.vehicleClass[v] = profile.vehicleClass;
    facts.device[v] = profile.device;
    facts.driverLog[v] = profile.driverLog;
    facts.style[v] = driverStyle(profile.driverLog);
    facts.metresPerWeek[v] = profile.metresPerWeek;
    facts.commissioned[v] = profile.commissionedDay;
    facts.serviceDays[v] = profile.serviceDays;
    facts.fadePctPerYear[v] = profile.fadePctPerYear;
    facts.base[v] = profile.base;
    facts.work[v] = profile.work;
  }
  return facts;
}
