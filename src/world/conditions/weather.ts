/** Weather of a region during a block: the fields against their levels, and the temperature that goes with them. */

import { DAY_MS, HOUR_MS } from '../../base/time.js';
import type { Sfc32 } from '../../random/sfc32.js';
import {
  BLOCK_DAYS,
  BLOCK_HOURS,
  BLOCK_MS,
  CONDITIONS_STREAM,
  MARGIN_STEPS,
  STEP_MS,
  WIDE_STEPS,
  wideStartMs,
} from './blocks.js';
import type { ConditionsRegion, WeatherTables } from './conditions-world.js';
import { fogThreshold, type Levels, levelsAt, regionalIntervals } from './levels.js';
import { noisesAt } from './noise.js';
import { type Sky, solarHour, temperaturesAt } from './temperature.js';
import { interpolateNodes, NODE_MS, type WaveField, wavesAt } from './waves.js';

const STEPS_PER_HOUR = HOUR_MS / STEP_MS;
const MARGIN_HOURS = MARGIN_STEPS / STEPS_PER_HOUR + 1;
const MARGIN_NODES = 3;

/**
 * By step of a block with its margins, at its middle: how far each field is beyond its level. From middle to middle
 * they are linear, so every change has its moment. The hour at either end of the margins is approximate.
 */
export interface WeatherFields {
  readonly wet: Float64Array;
  readonly grey: Float64Array;
  readonly fog: Float64Array;
  readonly sunny: Float64Array;
  /** Tenths of a degree below snow. */
  readonly cold: Float64Array;
}

/** The fields of a block, and its temperatures by hour into `temperatureDeci`. */
export function weatherFields(
  weather: WeatherTables,
  region: ConditionsRegion,
  seed: number,
  block: number,
  temperatureDeci: Int32Array,
  random: Sfc32,
): WeatherFields {
  const startMs = wideStartMs(block);
  const firstNode = (block * BLOCK_MS) / NODE_MS - MARGIN_NODES;
  const nodes = BLOCK_MS / NODE_MS + 2 * MARGIN_NODES + 1;
  const waves = (field: WaveField): Float64Array => wavesAt(field, region, seed, firstNode, nodes, random);
  const own = (stream: number, hours: number): Float64Array =>
    noisesAt([{ seed, subject: region.key, stream }], startMs, STEP_MS, WIDE_STEPS, hours * HOUR_MS, random)[0]!;
  const intervals = regionalIntervals(weather);
  const cloud = waves(weather.cloud);
  const ownWetness = own(CONDITIONS_STREAM.ownWetness, intervals.wet);
  const ownCloud = own(CONDITIONS_STREAM.ownCloud, intervals.cloud);
  const fog = own(CONDITIONS_STREAM.fog, intervals.fog);
  const days = daysOfLevels(weather, region, block);
  const fogLevels = fogLevelsByHour(region, days, block);
  const wetField = sumOfParts(waves(weather.wetness), days.wetWaves, ownWetness, days.wetOwn, block);
  const cloudField = sumOfParts(cloud, days.cloudWaves, ownCloud, days.cloudOwn, block);
  const wet = beyondDaily(wetField, days.wet, 1, block);
  const grey = beyondDaily(wetField, days.grey, 1, block);
  const sunny = beyondDaily(cloudField, days.sunny, -1, block);

  const firstHour = block * BLOCK_HOURS - MARGIN_HOURS;
  const skyAt = (hour: number): Sky => {
    const at = (hour * HOUR_MS - startMs) / STEP_MS;
    const level = days.sunny[Math.floor(hour / 24) - firstDayOf(block)]!;
    return {
      wet: linear(wet, Math.max(0, Math.min(WIDE_STEPS - 1, at))),
      clear: level - interpolateNodes(cloud, (hour * HOUR_MS) / NODE_MS - firstNode),
    };
  };
  const hours = BLOCK_HOURS + 2 * MARGIN_HOURS + 1;
  const temperatures = temperaturesAt(weather, region, seed, firstHour, hours, skyAt, random);
  temperatureDeci.set(temperatures.subarray(MARGIN_HOURS, MARGIN_HOURS + BLOCK_HOURS + 1));
  const snow = Float64Array.from(temperatures, (deci) => deci - weather.snowBelowDeci);
  return {
    wet,
    grey,
    fog: beyondHourly(fog, fogLevels, block),
    sunny,
    cold: beyondHourly(new Float64Array(WIDE_STEPS), snow, block),
  };
}

/** The day of the first level: the one before the block. */
function firstDayOf(block: number): number {
  return block * BLOCK_DAYS - 1;
}

/** A field by step: waves between their nodes and the region's own noise, each times its factor by day. */
function sumOfParts(
  waves: Float64Array,
  wavesFactor: Float64Array,
  own: Float64Array,
  ownFactor: Float64Array,
  block: number,
): Float64Array {
  const startMs = wideStartMs(block);
  const firstNode = (block * BLOCK_MS) / NODE_MS - MARGIN_NODES;
  const out = new Float64Array(WIDE_STEPS);
  for (let i = 0; i < WIDE_STEPS; i++) {
    const timeMs = startMs + i * STEP_MS;
    const day = timeMs / DAY_MS - firstDayOf(block);
    out[i] =
      linear(wavesFactor, day) * interpolateNodes(waves, timeMs / NODE_MS - firstNode) +
      linear(ownFactor, day) * own[i]!;
  }
  return out;
}

/** How far a field by step is above (sign 1) or below (-1) a level by day. */
function beyondDaily(field: Float64Array, levels: Float64Array, sign: number, block: number): Float64Array {
  const start = wideStartMs(block) / DAY_MS - firstDayOf(block);
  const out = new Float64Array(WIDE_STEPS);
  for (let i = 0; i < WIDE_STEPS; i++) out[i] = sign * (field[i]! - linear(levels, start + (i * STEP_MS) / DAY_MS));
  return out;
}

/** How far a field by step is above a level by hour. */
function beyondHourly(field: Float64Array, levels: Float64Array, block: number): Float64Array {
  const start = wideStartMs(block) / HOUR_MS - (block * BLOCK_HOURS - MARGIN_HOURS);
  const out = new Float64Array(WIDE_STEPS);
  for (let i = 0; i < WIDE_STEPS; i++) out[i] = field[i]! - linear(levels, start + i / STEPS_PER_HOUR);
  return out;
}

/** Levels by midnight (UTC), and the factors of the fields' two parts. */
type DayLevels = Readonly<Record<keyof Levels | 'wetWaves' | 'cloudWaves', Float64Array>>;

/** From the midnight a day before the block to the one two days after it. */
function daysOfLevels(weather: WeatherTables, region: ConditionsRegion, block: number): DayLevels {
  const days = Array.from({ length: BLOCK_DAYS + 3 }, (_, i) =>
    levelsAt(region, weather, (block * BLOCK_DAYS - 1 + i) * DAY_MS),
  );
  const byDay = (value: (levels: Levels) => number): Float64Array => Float64Array.from(days, value);
  return {
    wet: byDay(({ wet }) => wet),
    grey: byDay(({ grey }) => grey),
    sunny: byDay(({ sunny }) => sunny),
    fog: byDay(({ fog }) => fog),
    wetWaves: byDay(({ wetOwn }) => Math.sqrt(1 - wetOwn)),
    wetOwn: byDay(({ wetOwn }) => Math.sqrt(wetOwn)),
    cloudWaves: byDay(({ cloudOwn }) => Math.sqrt(1 - cloudOwn)),
    cloudOwn: byDay(({ cloudOwn }) => Math.sqrt(cloudOwn)),
  };
}

function fogLevelsByHour(region: ConditionsRegion, { fog }: DayLevels, block: number): Float64Array {
  const first = block * BLOCK_HOURS - MARGIN_HOURS;
  const out = new Float64Array(BLOCK_HOURS + 2 * MARGIN_HOURS + 1);
  for (let i = 0; i < out.length; i++) {
    const share = fog[Math.floor((first + i) / 24) - block * BLOCK_DAYS + 1]!;
    out[i] = fogThreshold(share, solarHour(region, first + i));
  }
  return out;
}

/** Values at 0, 1, 2 ..., linear between them. */
function linear(values: Float64Array, x: number): number {
  const i = Math.min(Math.floor(x), values.length - 2);
  return values[i]! + (x - i) * (values[i + 1]! - values[i]!);
}
