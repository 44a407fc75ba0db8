/** Temperature by hour: the season's mean, the deviation of the air mass, the diurnal cycle, and rain. */

import { HOUR_MS } from '../../base/time.js';
import { cosDeg } from '../../random/exact-math.js';
import type { Sfc32 } from '../../random/sfc32.js';
import type { ConditionsRegion, WeatherTables } from './conditions-world.js';
import { interpolateDay, interpolateMonths } from './levels.js';
import { interpolateNodes, NODE_MS, wavesAt } from './waves.js';

/**
 * Half the range of a day in degrees: the first, and the others times the month's sunshine and the day's (declared).
 */
const DAY_C = 1;
const SEASON_SUN_C = 4;
const DAY_SUN_C = 4;
/** The cooling by rain once it has settled, in degrees, and the rise of wetness until then (declared). */
const RAIN_C = 1.5;
const RAIN_SETTLES = 0.6;
/** By quarter of the sun's hours, from midnight: -1 before sunrise to 1 in the early afternoon, falling more slowly. */
const DAY_WAVE = dayWave();

/**
 * The sky at the start of an hour: wetness above the level of rain, and cloud below the level of sun, in deviations.
 */
export interface Sky {
  readonly wet: number;
  readonly clear: number;
}

/** Tenths of a degree Celsius at the start of `count` hours since 1970. */
export function temperaturesAt(
  weather: WeatherTables,
  region: ConditionsRegion,
  seed: number,
  firstHour: number,
  count: number,
  skyAt: (hour: number) => Sky,
  random: Sfc32,
): Int32Array {
  const firstNode = Math.floor((firstHour * HOUR_MS) / NODE_MS) - 1;
  const nodes = Math.ceil((count * HOUR_MS) / NODE_MS) + 4;
  const air = wavesAt(weather.temperature, region, seed, firstNode, nodes, random);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const hour = firstHour + i;
    const utcMs = hour * HOUR_MS;
    const { wet, clear } = skyAt(hour);
    const deviation = weather.temperatureSpreadC * interpolateNodes(air, utcMs / NODE_MS - firstNode);
    const sun = SEASON_SUN_C * interpolateMonths(region.sunshine, utcMs) + DAY_SUN_C * clamp(0.5 + clear / 2);
    const wave = interpolateDay(DAY_WAVE, solarHour(region, hour));
    const rain = RAIN_C * (interpolateMonths(region.precipitation, utcMs) - clamp(0.5 + wet / RAIN_SETTLES));
    out[i] = Math.round(10 * (interpolateMonths(region.temperatureC, utcMs) + deviation + (DAY_C + sun) * wave + rain));
  }
  return out;
}

/** Hour of the sun's mean day, from 0 to below 24, by longitude: daylight saving is ignored. */
export function solarHour({ longitude }: ConditionsRegion, hourOfEpoch: number): number {
  return (((hourOfEpoch + longitude / 15) % 24) + 24) % 24;
}

function clamp(x: number): number {
  return Math.max(0, Math.min(1, x));
}

function dayWave(): Float64Array {
  const raw = Float64Array.from({ length: 96 }, (_, quarter) => {
    const hour = quarter / 4;
    return cosDeg((hour - 15) * 15) + 0.25 * cosDeg((hour - 14) * 30);
  });
  const [low, high] = [Math.min(...raw), Math.max(...raw)];
  const mean = raw.reduce((sum, x) => sum + x, 0) / raw.length;
  return raw.map((x) => (2 * (x - mean)) / (high - low));
}
