/** Rates of event onsets per second at the vehicle's place, given weather, hour, battery and frost. */
import { HOUR_S } from '../../base/time.js';
import type { VehicleProfile } from '../../plan/vehicle/vehicle-profile.js';
import { exp } from '../../random/exact-math.js';
import {
  CONTEXTS,
  CONTEXTS_PER_WEATHER,
  contextOf,
  FAULT,
  GPS_LOSS,
  HARSH,
  SPEEDING,
} from '../../world/tables/event-tables.js';
import type { World } from '../../world/world.js';

/** Places are numbered traffic * 3 + road, plus CANYON_PLACE between tall buildings. */
export const CANYON_PLACE = CONTEXTS_PER_WEATHER;
export const PLACES = 2 * CONTEXTS_PER_WEATHER;
/**
 * A battery below this charge (percent), and frost below this temperature (centidegrees), bring more sensor faults
 * (declared).
 */
export const LOW_BATTERY_PCT = 30;
export const LOW_BATTERY_FACTOR = 3;
export const FROST_CENTI = -500;
export const FROST_FACTOR = 1.6;
/**
 * Threshold of hard braking and harsh acceleration, m/s2 (Google; UDRIVE). Classes that can't accelerate that hard have
 * no such event.
 */
export const HARD_MPS2 = 3;

export class OnsetRates {
  /** By place: onsets of all kinds per second, and cumulative by kind. */
  readonly perSecond = new Float64Array(PLACES);
  readonly cumulative: Float64Array;
  private readonly driverFactors: Float64Array;
  private faultsPerHour = 0;
  private key = -1;

  constructor(private readonly world: World) {
    const events = world.events.names.length;
    this.cumulative = new Float64Array(PLACES * events);
    this.driverFactors = new Float64Array(events);
  }

  /** Resets to a new vehicle-day. `wear`: see plan/vehicle/vehicle-profile.ts. */
  startDay(profile: VehicleProfile, ageYears: number, wear: number): void {
    const { events, devices, service, classes } = this.world;
    const device = devices[profile.device]!;
    const worn = 1 + (service.faults - 1) * wear;
    this.key = -1;
    this.faultsPerHour = device.faultsPerHour * (1 + device.wearPerYear * ageYears) * worn;
    for (let e = 0; e < this.driverFactors.length; e++) {
      this.driverFactors[e] = exp(events.driverExponent[e]! * profile.driverLog);
    }
    // Spells of speeding are part of the drive, as they make it faster.
    this.driverFactors[SPEEDING] = 0;
    if (classes[profile.vehicleClass]!.maxAcceleration <= HARD_MPS2) this.driverFactors[HARSH] = 0;
  }

  /** Sets the conditions; cheap if they haven't changed. Temperature in hundredths of a degree, battery in percent. */
  update(weather: number, hour: number, temperature: number, batteryPct: number): void {
    const low = batteryPct < LOW_BATTERY_PCT;
    const frost = temperature < FROST_CENTI;
    const key = (weather * 24 + hour) * 4 + (low ? 2 : 0) + (frost ? 1 : 0);
    if (key === this.key) return;
    this.key = key;
    this.fill(weather, hour, this.faultsPerHour * (low ? LOW_BATTERY_FACTOR : 1) * (frost ? FROST_FACTOR : 1));
  }

  private fill(weather: number, hour: number, faultsPerHour: number): void {
    const { cumulative, perSecond, driverFactors } = this;
    const { events, sensors } = this.world;
    const count = driverFactors.length;
    for (let place = 0; place < PLACES; place++) {
      const context = contextOf(weather, 0, 0) + (place % CANYON_PLACE);
      let sum = 0;
      for (let e = 0; e < count; e++) {
        sum += events.perHour[e * CONTEXTS + context]! * driverFactors[e]! * events.byHour[e * 24 + hour]!;
        if (e === FAULT) sum += faultsPerHour;
        else if (e === GPS_LOSS && place >= CANYON_PLACE) sum += sensors.canyon_losses_per_hour;
        cumulative[place * count + e] = sum / HOUR_S;
      }
      perSecond[place] = sum / HOUR_S;
    }
  }
}
