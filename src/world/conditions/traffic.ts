/**
 * The traffic index by zone: the daily profile, scaled by a factor of the day, an autocorrelated deviation
 * that the region's zones share in part, the effect of weather, and incidents.
 */

import { HOUR_MS, MINUTE_MS, QUARTER_MS } from '../../base/time.js';
import { exp } from '../../random/exact-math.js';
import type { Sfc32 } from '../../random/sfc32.js';
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { ZONES } from '../../scenario/model/scenario.js';
import { effectiveWeekday, offsetAt } from '../local-time.js';
import { CONDITIONS_STREAM, INDEX_MAX, STEP_MS, TIME_ORIGIN, WIDE_STEPS, wideStartMs, ZONE_COUNT } from './blocks.js';
import type { ConditionsRegion, TrafficTables } from './conditions-world.js';
import { incidentsAt } from './incidents.js';
import { NOISE_MEMORY, noisesAt } from './noise.js';

const ZONE_STREAMS = ZONES.map((_, zone) => CONDITIONS_STREAM.trafficZone + zone);
/**
 * Standard deviation of the kernel that turns hourly shares into a wave, and how far it reaches, in quarters of an hour
 * (declared).
 */
const SMOOTH_QUARTERS = 2.7;
const REACH = 8;
const KERNEL = kernel();
/** Shift of a day's profile, standard deviation in minutes (declared). */
const DAY_SHIFT_MINUTES = 25;
/** Share of the deviation's variance that all zones of a region have in common (declared). */
const COMMON = 0.4;
/** Between the lattice points of the deviation: steps of five minutes show nothing shorter. */
const MIN_INTERVAL_MS = 2 * MINUTE_MS;
/** Steps before and after over which weather's effect builds up and dissolves (declared). */
const WEATHER_REACH = 6;
/** Effect of deviations and incidents on an empty road, relative to a full one (declared). */
const EMPTY_ROAD = 0.3;

/** Index by step of the block with its margins * ZONE_COUNT + zone, at the steps' middles. */
export function trafficIndex(
  traffic: TrafficTables,
  region: ConditionsRegion,
  seed: number,
  block: number,
  weatherSteps: Uint8Array,
  random: Sfc32,
): Float64Array {
  const startMs = wideStartMs(block);
  const wave = dayWaveAt(traffic, region, seed, startMs, random);
  const weather = weatherEffect(traffic, weatherSteps);
  const interval = Math.max(MIN_INTERVAL_MS, (traffic.memoryMinutes * MINUTE_MS) / NOISE_MEMORY);
  const keys = [CONDITIONS_STREAM.trafficRegion, ...ZONE_STREAMS].map((stream) => ({
    seed,
    subject: region.key,
    stream,
  }));
  const [common, ...own] = noisesAt(keys, startMs, STEP_MS, WIDE_STEPS, interval, random);
  const commonSpread = Math.sqrt(COMMON) * traffic.spread;
  const ownSpread = Math.sqrt(1 - COMMON) * traffic.spread;
  const out = new Float64Array(WIDE_STEPS * ZONE_COUNT);
  for (let zone = 0; zone < ZONE_COUNT; zone++) {
    const single = own[zone]!;
    const key = { seed, region: region.key, zone };
    const incidents = incidentsAt(traffic, key, startMs, STEP_MS, WIDE_STEPS, random);
    const weight = traffic.zoneWeight[zone]!;
    for (let i = 0; i < WIDE_STEPS; i++) {
      const full = EMPTY_ROAD + (1 - EMPTY_ROAD) * wave[i]!;
      const deviation = commonSpread * common![i]! + ownSpread * single[i]! + incidents[i]!;
      const index = wave[i]! * weight + weather[i]! + deviation * full;
      out[i * ZONE_COUNT + zone] = Math.max(0, Math.min(INDEX_MAX / 100, index));
    }
  }
  return out;
}

/** The maximum of a smoothed hourly profile. */
export function smoothedPeak(hourly: readonly number[]): number {
  let peak = 0;
  for (let quarter = 0; quarter < 96; quarter++) {
    let sum = 0;
    KERNEL.forEach((w, i) => {
      sum += w * hourly[Math.floor(((((quarter + i - REACH) % 96) + 96) % 96) / 4)]!;
    });
    peak = Math.max(peak, sum);
  }
  return peak;
}

/**
 * The day's wave at the steps' middles: shares of departures by local hour and kind of day, times the day's factor,
 * smoothed in absolute time. So neither midnight nor a change of the clock nor a holiday's end shows as a step.
 */
function dayWaveAt(
  traffic: TrafficTables,
  region: ConditionsRegion,
  seed: number,
  startMs: number,
  random: Sfc32,
): Float64Array {
  const first = Math.floor(startMs / QUARTER_MS) - REACH;
  const count = Math.ceil((WIDE_STEPS * STEP_MS) / QUARTER_MS) + 2 * REACH + 2;
  const raw = new Float64Array(count);
  let [day, factor, shiftMs, profile] = [Number.NaN, 0, 0, traffic.weekday];
  for (let i = 0; i < count; i++) {
    const utcMs = (first + i + 0.5) * QUARTER_MS;
    const localMs = utcMs + offsetAt(region.zone, utcMs);
    const today = Math.floor(localMs / (24 * HOUR_MS));
    if (today !== day) {
      day = today;
      random.seed(seed, region.key, day + TIME_ORIGIN, CONDITIONS_STREAM.trafficDay);
      factor = Math.max(0, 1 + traffic.daySpread * NORMAL[random.next() >>> TABLE_SHIFT]!);
      shiftMs = NORMAL[random.next() >>> TABLE_SHIFT]! * DAY_SHIFT_MINUTES * MINUTE_MS;
      profile = effectiveWeekday(day, region.holidays) >= 5 ? traffic.weekend : traffic.weekday;
    }
    const hour = Math.floor((localMs + shiftMs) / HOUR_MS);
    raw[i] = factor * profile[((hour % 24) + 24) % 24]!;
  }
  const smooth = new Float64Array(count);
  for (let i = REACH; i < count - REACH; i++) {
    let sum = 0;
    for (let k = 0; k < KERNEL.length; k++) sum += KERNEL[k]! * raw[i + k - REACH]!;
    smooth[i] = sum;
  }
  const out = new Float64Array(WIDE_STEPS);
  for (let i = 0; i < WIDE_STEPS; i++) {
    const x = (startMs + i * STEP_MS) / QUARTER_MS - 0.5 - first;
    const at = Math.floor(x);
    out[i] = smooth[at]! + (x - at) * (smooth[at + 1]! - smooth[at]!);
  }
  return out;
}

/** The mean of what the weather of the last and the next half hour adds. */
function weatherEffect({ weather }: TrafficTables, steps: Uint8Array): Float64Array {
  // Sums of whole millionths have no rounding, so they do not depend on where they begin.
  const millionths = weather.map((added) => Math.round(added * 1e6));
  const sums = new Float64Array(WIDE_STEPS + 1);
  for (let i = 0; i < WIDE_STEPS; i++) sums[i + 1] = sums[i]! + millionths[steps[i]!]!;
  const out = new Float64Array(WIDE_STEPS);
  for (let i = 0; i < WIDE_STEPS; i++) {
    const from = Math.max(0, i - WEATHER_REACH);
    const to = Math.min(WIDE_STEPS, i + WEATHER_REACH + 1);
    out[i] = (sums[to]! - sums[from]!) / ((to - from) * 1e6);
  }
  return out;
}

function kernel(): Float64Array {
  const weights = Float64Array.from({ length: 2 * REACH + 1 }, (_, i) => {
    const x = (i - REACH) / SMOOTH_QUARTERS;
    return exp((-x * x) / 2);
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}
