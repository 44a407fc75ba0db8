/** What the checks need to know of each vehicle: from its profile, by vehicle number. */
import type { Dataset } from '../../../plan/dataset.js';
import { driverStyle, emptyProfile, fillProfile, wearOf } from '../../../plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '../../../random/sfc32.js';
import type { ClassWorld, RegionWorld, World } from '../../../world/world.js';
import { CodeMap, valueAt } from '../checked-arrays.js';

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
}

export function fleetFacts(dataset: Dataset): FleetFacts {
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

/** The facts of one vehicle. */
export class VehicleFacts {
  region!: RegionWorld;
  vehicleClass!: ClassWorld;
  /** Code of the class. */
  classCode = 0;
  device = 0;
  base = 0;
  driverLog = 0;
  style = 0;
  commissioned = 0;
  fadePctPerYear = 0;
  serviceDays = 1;
  private vehicle = -1;
  private readonly regions: CodeMap<RegionWorld>;
  private readonly classes: CodeMap<ClassWorld>;

  constructor(
    world: World,
    private readonly fleet: FleetFacts,
  ) {
    this.regions = new CodeMap(world.regions);
    this.classes = new CodeMap(world.classes);
  }

  load(vehicle: number): void {
    if (vehicle === this.vehicle) return;
    const { fleet } = this;
    this.vehicle = vehicle;
    this.region = this.regions.of(valueAt(fleet.region, vehicle));
    this.classCode = valueAt(fleet.vehicleClass, vehicle);
    this.vehicleClass = this.classes.of(this.classCode);
    this.device = valueAt(fleet.device, vehicle);
    this.base = valueAt(fleet.base, vehicle);
    this.driverLog = valueAt(fleet.driverLog, vehicle);
    this.style = valueAt(fleet.style, vehicle);
    this.commissioned = valueAt(fleet.commissioned, vehicle);
    this.fadePctPerYear = valueAt(fleet.fadePctPerYear, vehicle);
    this.serviceDays = valueAt(fleet.serviceDays, vehicle);
  }

  /** How far the device has worn since its last service, 0 to 1, on a day (since 1970-01-01). */
  wear(day: number): number {
    return wearOf({ commissionedDay: this.commissioned, serviceDays: this.serviceDays }, day);
  }
}
