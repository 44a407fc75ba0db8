/**
 * A vehicle's surroundings: the region's conditions, the local hour, and the context's share of the risk. Read at every
 * record, recomputed only when weather, traffic or the hour changes.
 */

import { HOUR_MS, QUARTER_MS } from '../../base/time.js';
import type { VehicleProfile } from '../../plan/vehicle/vehicle-profile.js';
import {
  BLOCK_MS,
  blockOf,
  type Conditions,
  type ConditionsCache,
  stateAt,
  ZONE_COUNT,
} from '../../world/conditions/conditions.js';
import { offsetAt } from '../../world/local-time.js';
import { CONTEXTS_PER_WEATHER, contextOf } from '../../world/tables/event-tables.js';
import type { World } from '../../world/world.js';

/** Local hours at which night begins and ends for the risk label (declared). */
const NIGHT_FROM = 22;
const NIGHT_UNTIL = 6;

export class Surroundings {
  /** UTC milliseconds of the next change. */
  untilMs = 0;
  hour = 0;
  weather = 0;
  /** Centidegrees at the hour's start, and their rise per millisecond. */
  temperature = 0;
  temperatureRise = 0;
  hourStartMs = 0;
  conditions!: Conditions;
  /** Index of zone 0 in conditions.changeTraffic. */
  trafficAt = 0;
  /** By traffic * 3 + road: log-odds in hundredths, driver and night included. */
  readonly risk = new Int32Array(CONTEXTS_PER_WEATHER);
  private driverRisk = 0;
  private riskKey = -1;
  private region = 0;

  constructor(
    private readonly world: World,
    private readonly cache: ConditionsCache,
  ) {}

  /** Resets to a new vehicle-day. */
  startDay(profile: VehicleProfile): void {
    this.untilMs = 0;
    this.riskKey = -1;
    this.region = profile.region;
    this.driverRisk = Math.round(this.world.label.driver * profile.driverLog);
  }

  update(timeMs: number): void {
    const region = this.world.regions[this.region]!;
    const quarter = Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
    const block = blockOf(timeMs);
    const conditions = this.cache.get(this.region, block);
    const state = stateAt(conditions, timeMs);
    this.conditions = conditions;
    this.trafficAt = state * ZONE_COUNT;
    this.weather = conditions.changeWeather[state]!;
    const change = state + 1 < conditions.changeMs.length ? conditions.changeMs[state + 1]! : (block + 1) * BLOCK_MS;
    // Offsets of time zones change at quarter hours, so the local hour is evaluated at each.
    this.untilMs = Math.min(quarter + QUARTER_MS, change);
    const hourOfBlock = Math.floor((timeMs - block * BLOCK_MS) / HOUR_MS);
    this.hourStartMs = block * BLOCK_MS + hourOfBlock * HOUR_MS;
    this.temperature = conditions.temperatureDeci[hourOfBlock]! * 10;
    this.temperatureRise = (conditions.temperatureDeci[hourOfBlock + 1]! * 10 - this.temperature) / HOUR_MS;
    this.hour = Math.floor((quarter + offsetAt(region.zone, quarter)) / HOUR_MS) % 24;
    this.fillRisk();
  }

  private fillRisk(): void {
    const { world, weather } = this;
    const night = this.hour >= NIGHT_FROM || this.hour < NIGHT_UNTIL;
    const key = weather * 2 + (night ? 1 : 0);
    if (key === this.riskKey) return;
    this.riskKey = key;
    const { label } = world;
    const first = contextOf(weather, 0, 0);
    for (let i = 0; i < CONTEXTS_PER_WEATHER; i++)
      this.risk[i] = label.context[first + i]! + this.driverRisk + (night ? label.night : 0);
  }
}
