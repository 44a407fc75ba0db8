/**
 * Weather, temperature, traffic and jammers of a region, hour by hour, in blocks of four weeks. A block is a function of
 * (seed, region, block number) only, so a date is the same in every window.
 */

import { Sfc32, STREAM } from '../random/sfc32.js';
import { EXPONENTIAL, NORMAL, TABLE_SHIFT } from '../random/tables.js';
import { drawJams, type Jam } from './jamming.js';
import { HOUR_MS, habitOf, offsetAt } from './local-time.js';
import { sharedFloat64, sharedInt32, sharedUint8 } from './shared-arrays.js';
import type { RegionWorld, World } from './world.js';

export const BLOCK_DAYS = 28;
export const BLOCK_HOURS = BLOCK_DAYS * 24;
export const BLOCK_MS = BLOCK_HOURS * HOUR_MS;
export const ZONE_COUNT = 6;

export interface Conditions {
  /** Code of WEATHERS by hour of the block. */
  readonly weather: Uint8Array;
  /** Tenths of a degree Celsius at the start of each hour; one more than hours, to interpolate. */
  readonly temperatureDeci: Int32Array;
  /** Code of TRAFFIC_DENSITIES by hour * ZONE_COUNT + zone. */
  readonly traffic: Uint8Array;
  /** By hour: how much longer than in free traffic and fair weather a trip takes, at least 1. */
  readonly slowdown: Float64Array;
  /** In the order of time. */
  readonly jams: readonly Jam[];
}

/** What of a trip is driven in each zone, for the region's mean slowdown (declared). */
const ZONE_SHARE = [0.12, 0.33, 0.1, 0.15, 0.2, 0.1];
const ANOMALY_DAYS = 4;
const ANOMALY_C = 3.4;

export function blockOf(utcMs: number): number {
  return Math.floor(utcMs / BLOCK_MS);
}

/** Blocks by their keys: plain data on shared memory, so that what planning computed needn't be computed again. */
export type ConditionsBlocks = ReadonlyMap<number, Conditions>;

/** The conditions of blocks already computed, kept per thread. */
export class ConditionsCache {
  readonly blocks: Map<number, Conditions>;
  private readonly random = new Sfc32();

  constructor(
    private readonly world: World,
    private readonly seed: number,
    known: ConditionsBlocks = new Map(),
  ) {
    this.blocks = new Map(known);
  }

  get(region: number, block: number): Conditions {
    const key = block * 4096 + region;
    let conditions = this.blocks.get(key);
    if (conditions === undefined) {
      conditions = computeBlock(this.world, this.world.regions[region]!, this.seed, block, this.random);
      this.blocks.set(key, conditions);
    }
    return conditions;
  }
}

function computeBlock(world: World, region: RegionWorld, seed: number, block: number, random: Sfc32): Conditions {
  const conditions: Conditions = {
    weather: sharedUint8(BLOCK_HOURS),
    temperatureDeci: sharedInt32(BLOCK_HOURS + 1),
    traffic: sharedUint8(BLOCK_HOURS * ZONE_COUNT),
    slowdown: sharedFloat64(BLOCK_HOURS),
    jams: drawJams(
      world.sensors.jamming,
      region.network,
      { seed, region: region.key, block },
      [block * BLOCK_MS, (block + 1) * BLOCK_MS],
      random,
    ),
  };
  fillTemperature(region, seed, block, random, conditions);
  fillWeather(world, region, seed, block, random, conditions);
  fillTraffic(world, region, seed, block, random, conditions);
  return conditions;
}

/** Monthly means, a daily wave with its peak at 15 h, and anomalies that last some days. */
function fillTemperature(region: RegionWorld, seed: number, block: number, random: Sfc32, out: Conditions): void {
  const anomalies: number[] = [];
  const firstDay = block * BLOCK_DAYS;
  for (let i = 0; i <= BLOCK_DAYS / ANOMALY_DAYS; i++) {
    random.seed(seed, region.key, firstDay / ANOMALY_DAYS + i, STREAM.temperature);
    anomalies.push(NORMAL[random.next() >>> TABLE_SHIFT]! * ANOMALY_C);
  }
  for (let h = 0; h <= BLOCK_HOURS; h++) {
    const day = h / 24;
    const at = Math.min(BLOCK_DAYS / ANOMALY_DAYS - 1, Math.floor(day / ANOMALY_DAYS));
    const f = day / ANOMALY_DAYS - at;
    const anomaly = anomalies[at]! * (1 - f) + anomalies[at + 1]! * f;
    const localMs = localHourMs(region, block, h);
    const hour = Math.floor(localMs / HOUR_MS) % 24;
    const mean = byMonth(region.temperatureC, localMs);
    out.temperatureDeci[h] = Math.round((mean + anomaly + region.dailyWave[hour]!) * 10);
  }
}

/** Spells of sunny, cloudy, precipitation and fog, drawn with their dwell times; snow where it is cold enough. */
function fillWeather(
  world: World,
  region: RegionWorld,
  seed: number,
  block: number,
  random: Sfc32,
  out: Conditions,
): void {
  random.seed(seed, region.key, block + 32768, STREAM.weather);
  const { spellHours, snowBelowDeci } = world.weather;
  let h = 0;
  while (h < BLOCK_HOURS) {
    const localMs = localHourMs(region, block, h);
    const hour = Math.floor(localMs / HOUR_MS) % 24;
    const wet = byMonth(region.precipitation, localMs);
    // Fog belongs to the night and the morning.
    const fog = byMonth(region.fog, localMs) * (hour < 9 || hour > 20 ? 1.7 : 0.2);
    const sun = byMonth(region.sunshine, localMs) * (1 - wet - fog);
    const weights = [
      sun / spellHours[0]!,
      (1 - wet - fog - sun) / spellHours[1]!,
      wet / spellHours[2]!,
      fog / spellHours[3]!,
    ];
    let pick = random.uniform() * (weights[0]! + weights[1]! + weights[2]! + weights[3]!);
    let kind = 0;
    while (kind < 3 && pick >= weights[kind]!) pick -= weights[kind++]!;
    // The mean of two exponentials: few very short spells.
    const spread = (EXPONENTIAL[random.next() >>> TABLE_SHIFT]! + EXPONENTIAL[random.next() >>> TABLE_SHIFT]!) / 2;
    const end = Math.min(BLOCK_HOURS, h + Math.max(1, Math.round(spellHours[kind]! * spread)));
    for (; h < end; h++) out.weather[h] = kind === 2 ? (out.temperatureDeci[h]! < snowBelowDeci ? 4 : 2) : kind;
  }
}

function fillTraffic(
  world: World,
  region: RegionWorld,
  seed: number,
  block: number,
  random: Sfc32,
  out: Conditions,
): void {
  random.seed(seed, region.key, block + 32768, STREAM.traffic);
  const t = world.traffic;
  for (let h = 0; h < BLOCK_HOURS; h++) {
    const localMs = localHourMs(region, block, h);
    const localHour = Math.floor(localMs / HOUR_MS);
    const weekend = habitOf(Math.floor(localHour / 24), region.holidays) >= 5;
    const wave = (weekend ? t.weekend : t.weekday)[localHour % 24]!;
    const weather = out.weather[h]!;
    let slowdown = 0;
    for (let zone = 0; zone < ZONE_COUNT; zone++) {
      const noise = NORMAL[random.next() >>> TABLE_SHIFT]! * t.spread;
      const index = wave * t.zoneWeight[zone]! + t.weather[weather]! + noise;
      const level = index > t.highAbove ? 2 : index > t.mediumAbove ? 1 : 0;
      out.traffic[h * ZONE_COUNT + zone] = level;
      slowdown += ZONE_SHARE[zone]! / world.speedFactor[weather * 3 + level]!;
    }
    out.slowdown[h] = slowdown;
  }
}

function localHourMs(region: RegionWorld, block: number, h: number): number {
  const utcMs = block * BLOCK_MS + h * HOUR_MS;
  return utcMs + offsetAt(region.zone, utcMs);
}

/** Interpolates twelve monthly values, each taken to hold in the middle of its month. */
function byMonth(values: readonly number[], localMs: number): number {
  const yearFraction = (localMs / 31556952000 + 1e4) % 1;
  const x = yearFraction * 12 - 0.5 + 12;
  const month = Math.floor(x) % 12;
  const f = x - Math.floor(x);
  return values[month]! * (1 - f) + values[(month + 1) % 12]! * f;
}
