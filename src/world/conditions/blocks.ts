/** The division of absolute time: blocks of four weeks, steps of five minutes, and the contents of a block. */

import { HOUR_MS, MINUTE_MS } from '../../base/time.js';
import { ZONES } from '../../scenario/model/scenario.js';
import type { Jammer } from '../tables/jammers.js';

export const BLOCK_DAYS = 28;
export const BLOCK_HOURS = BLOCK_DAYS * 24;
export const BLOCK_MS = BLOCK_HOURS * HOUR_MS;
export const STEP_MS = 5 * MINUTE_MS;
export const BLOCK_STEPS = BLOCK_MS / STEP_MS;
export const ZONE_COUNT = ZONES.length;
/** The traffic index is kept in hundredths, from 0 to this. */
export const INDEX_MAX = 250;
export const INDEX_VALUES = INDEX_MAX + 1;

/** The block, counted from 1970, that a time falls in. */
export function blockOf(utcMs: number): number {
  return Math.floor(utcMs / BLOCK_MS);
}

/** Weather, temperature, traffic and jammers of one region during one block. */
export interface Conditions {
  /** Code of WEATHERS by step, at the step's middle. */
  readonly weather: Uint8Array;
  /** Traffic index in hundredths, 0 to INDEX_MAX, by step * ZONE_COUNT + zone, at the step's middle. */
  readonly index: Uint8Array;
  /** Tenths of a degree Celsius at the start of each hour, linear in between; one more than hours. */
  readonly temperatureDeci: Int32Array;
  /**
   * UTC milliseconds, whole and ascending, the first the block's start: state k holds from changeMs[k] to changeMs[k +
   * 1].
   */
  readonly changeMs: Float64Array;
  /** Code of WEATHERS by state. */
  readonly changeWeather: Uint8Array;
  /** Code of TRAFFIC_DENSITIES by state * ZONE_COUNT + zone. */
  readonly changeTraffic: Uint8Array;
  /** In order of their start. A jammer active at a block's border is in both blocks. */
  readonly jammers: readonly Jammer[];
}

/** Steps before and after a block that are computed with it, so that smoothing sees its neighbours. */
export const MARGIN_STEPS = 24;
/** Steps of a block with its margins. */
export const WIDE_STEPS = BLOCK_STEPS + 2 * MARGIN_STEPS;

/** The middle of the first step of a block with its margins. */
export function wideStartMs(block: number): number {
  return block * BLOCK_MS - MARGIN_STEPS * STEP_MS + STEP_MS / 2;
}

/** Streams of random numbers of weather and traffic, above those of sfc32.ts; each spans all of absolute time. */
export const CONDITIONS_STREAM = {
  wetness: 32,
  cloud: 33,
  temperature: 34,
  ownWetness: 35,
  ownCloud: 36,
  fog: 37,
  trafficDay: 38,
  trafficRegion: 39,
  /** Plus the zone's code. */
  trafficZone: 40,
  incidents: 48,
} as const;

/** Added to an index of absolute time, which is negative before 1970, to make the key's 24 bits of time. */
export const TIME_ORIGIN = 8388608;
