/**
 * What holds around a vehicle for a quarter of an hour: local hour, weather, temperature, traffic by zone, and from them
 * the chances of events per record and the context's part of the risk. Recomputed at quarters, read at every record.
 */
import type { VehicleProfile } from '../plan/vehicle-profile.js';
import {
  BLOCK_HOURS,
  BLOCK_MS,
  blockOf,
  type Conditions,
  type ConditionsCache,
  ZONE_COUNT,
} from '../world/conditions.js';
import { CONTEXTS, contextOf, FAULT, GPS_LOSS } from '../world/event-tables.js';
import type { Jam } from '../world/jamming.js';
import { HOUR_MS, offsetAt } from '../world/local-time.js';
import type { World } from '../world/world.js';

/** Time zones change their offset at quarters of an hour, so nothing changes within one. */
const QUARTER_MS = 900000;

/** Places are told apart by traffic * 3 + road, plus 9 between tall buildings. */
export const PLACES = 18;

export class Surroundings {
  /** UTC milliseconds at which the quarter ends, or a jammer begins or ends. */
  untilMs = 0;
  hour = 0;
  weather = 0;
  /** How much longer than in free traffic and fair weather trips take in the region now. */
  slowdown = 1;
  /** Centidegrees at the hour's start, and their rise per millisecond. */
  temperature = 0;
  temperatureRise = 0;
  hourStartMs = 0;
  /** The jammer that sends now. */
  jam: Jam | undefined;
  /** Position of zone 0 in conditions.traffic. */
  trafficAt = 0;
  conditions!: Conditions;
  /** By place: chance of any onset in an interval, as a threshold for 32 bits; and cumulative by kind. */
  readonly threshold = new Float64Array(PLACES);
  readonly cumulative: Float64Array;
  /** By traffic * 3 + road: log-odds in hundredths, driver and night included. */
  readonly risk = new Int32Array(9);
  /** Factor on speed by traffic. */
  readonly speedFactor = new Float64Array(3);
  private readonly driverFactors: Float64Array;
  private driverRisk = 0;
  private faultsPerHour = 0;
  private tableKey = -1;
  private region = 0;

  constructor(
    private readonly world: World,
    private readonly intervalMs: number,
    private readonly cache: ConditionsCache,
  ) {
    const events = world.events.names.length;
    this.cumulative = new Float64Array(PLACES * events);
    this.driverFactors = new Float64Array(events);
  }

  /** Forgets the last vehicle-day. `driverPower` gives exp(exponent * driverLog). */
  startDay(profile: VehicleProfile, ageYears: number, wear: number, driverPower: (exponent: number) => number): void {
    const { events, label, devices, service } = this.world;
    const device = devices[profile.device]!;
    this.untilMs = 0;
    this.tableKey = -1;
    this.region = profile.region;
    const worn = 1 + (service.faults - 1) * wear;
    this.faultsPerHour = device.faultsPerHour * (1 + device.wearPerYear * ageYears) * worn;
    this.driverRisk = Math.round(label.driver * profile.driverLog);
    for (let e = 0; e < this.driverFactors.length; e++) this.driverFactors[e] = driverPower(events.driverExponent[e]!);
  }

  update(timeMs: number, batteryPct: number): void {
    const { world } = this;
    const quarter = Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
    this.untilMs = quarter + QUARTER_MS;
    const region = world.regions[this.region]!;
    const block = blockOf(timeMs);
    const hourOfBlock = Math.floor((timeMs - block * BLOCK_MS) / HOUR_MS);
    const conditions = this.cache.get(this.region, block);
    this.conditions = conditions;
    this.trafficAt = hourOfBlock * ZONE_COUNT;
    this.weather = conditions.weather[hourOfBlock]!;
    this.findJam(timeMs);
    this.slowdown = conditions.slowdown[hourOfBlock]!;
    this.hourStartMs = block * BLOCK_MS + hourOfBlock * HOUR_MS;
    this.temperature = conditions.temperatureDeci[hourOfBlock]! * 10;
    const next = conditions.temperatureDeci[Math.min(BLOCK_HOURS, hourOfBlock + 1)]! * 10;
    this.temperatureRise = (next - this.temperature) / HOUR_MS;
    this.hour = Math.floor((quarter + offsetAt(region.zone, quarter)) / HOUR_MS) % 24;
    const night = this.hour >= 22 || this.hour < 6;
    const lowBattery = batteryPct < 30;
    const cold = this.temperature < -500;
    const key = (this.weather * 24 + this.hour) * 4 + (lowBattery ? 2 : 0) + (cold ? 1 : 0);
    if (key !== this.tableKey) {
      this.tableKey = key;
      this.fillTables(night, this.faultsPerHour * (lowBattery ? 3 : 1) * (cold ? 1.6 : 1));
    }
  }

  private findJam(timeMs: number): void {
    this.jam = undefined;
    for (const jam of this.conditions.jams) {
      if (jam.untilMs <= timeMs) continue;
      if (jam.fromMs <= timeMs) this.jam = jam;
      this.untilMs = Math.min(this.untilMs, this.jam === undefined ? jam.fromMs : jam.untilMs);
      return;
    }
  }

  private fillTables(night: boolean, faultsPerHour: number): void {
    const { world, weather, cumulative, threshold } = this;
    const { events, label, sensors } = world;
    const count = this.driverFactors.length;
    // Chance per interval in 32-bit units of one onset per hour.
    const unit = (this.intervalMs / HOUR_MS) * 4294967296;
    for (let place = 0; place < PLACES; place++) {
      const context = contextOf(weather, 0, 0) + (place % 9);
      let sum = 0;
      for (let e = 0; e < count; e++) {
        sum += events.perHour[e * CONTEXTS + context]! * this.driverFactors[e]! * events.byHour[e * 24 + this.hour]!;
        if (e === FAULT) sum += faultsPerHour;
        else if (e === GPS_LOSS && place >= 9) sum += sensors.canyon_losses_per_hour;
        cumulative[place * count + e] = sum * unit;
      }
      threshold[place] = sum * unit;
      if (place < 9) this.risk[place] = label.context[context]! + this.driverRisk + (night ? label.night : 0);
    }
    for (let traffic = 0; traffic < 3; traffic++) this.speedFactor[traffic] = world.speedFactor[weather * 3 + traffic]!;
  }
}
