/**
 * The weather is derived from three normal fields: it rains or snows where wetness is above a level, is foggy where fog
 * is, sunny where cloud is below one and it is not close to rain, else cloudy. The levels follow from the scenario's
 * shares; the share of fast regional noise in a field sets how often it crosses its level, and so the length of spells.
 */
import { DAY_MS } from '../../base/time.js';
import { cosDeg, exp, normalQuantile } from '../../random/exact-math.js';
import type { ConditionsRegion, WeatherTables } from './conditions-world.js';
import { NOISE_RATE } from './noise.js';
import { waveRate } from './waves.js';

/** A year of the Gregorian calendar, on average. */
const YEAR_MS = 365.2425 * DAY_MS;
/** Wetness less than this below the level of rain is never sunny, in standard deviations (declared). */
const GREY_MARGIN = 0.25;
/**
 * How often the region's own noises cross zero, those of wetness and cloud and that of fog, per mean length of a spell
 * (declared).
 */
const QUICKEST = 0.6;
const FOG_RATE = 0.18;
/** Levels beyond this many standard deviations are never or always exceeded. */
const MAX_QUANTILE = 5;
/** Fog by hour of the sun's day against its mean: most before sunrise, least in the afternoon (declared). */
const FOG_BY_HOUR = Array.from({ length: 24 }, (_, hour) => {
  const wave = (1 + cosDeg((hour - 5.5) * 15)) / 2;
  return 0.15 + 0.85 * (8 / 3) * wave * wave;
});

/** At one time; numbers in standard deviations, shares of variance between 0 and 1. */
export interface Levels {
  readonly wet: number;
  readonly grey: number;
  readonly sunny: number;
  readonly wetOwn: number;
  readonly cloudOwn: number;
  /** Mean share of fog in time that isn't wet. */
  readonly fog: number;
}

/** Hours between the lattice points of the region's own noises. */
export function regionalIntervals({ spellHours }: WeatherTables): { wet: number; cloud: number; fog: number } {
  return {
    wet: (NOISE_RATE * spellHours.wet) / QUICKEST,
    cloud: (NOISE_RATE * Math.min(spellHours.sunny, spellHours.cloudy)) / QUICKEST,
    fog: (NOISE_RATE * spellHours.foggy) / FOG_RATE,
  };
}

export function levelsAt(region: ConditionsRegion, weather: WeatherTables, utcMs: number): Levels {
  const { spellHours } = weather;
  const wetShare = interpolateMonths(region.precipitation, utcMs);
  const fogShare = Math.min(interpolateMonths(region.fog, utcMs), 1 - wetShare);
  const sunShare = interpolateMonths(region.sunshine, utcMs) * (1 - wetShare - fogShare);
  const cloudShare = 1 - wetShare - fogShare - sunShare;
  const fog = wetShare < 1 ? fogShare / (1 - wetShare) : 0;
  const wet = quantile(1 - wetShare);
  const wetCrossings = wetShare / spellHours.wet;
  const wetOwn = ownShare(
    wetCrossings * exp((wet * wet) / 2),
    waveRate(weather.wetness, region),
    QUICKEST / spellHours.wet,
  );
  // Sunny weather needs wetness below the grey level: the less of that there is, the closer the level is to rain.
  const grey = Math.min(wet, Math.max(wet - GREY_MARGIN, quantile(sunShare / (1 - fog) / 0.98)));
  const below = normalShare(grey);
  const clear = Math.min(1, sunShare / Math.max(1e-9, (1 - fog) * below));
  const sunny = quantile(clear);
  const fogCrossings = fogShare / spellHours.foggy;
  const changes =
    (sunShare / spellHours.sunny -
      fogCrossings * clear +
      (cloudShare / spellHours.cloudy - wetCrossings - fogCrossings * (1 - clear))) /
    2;
  const greyCrossings = wetCrossings * exp((wet * wet - grey * grey) / 2);
  const cloudCrossings = Math.max(0, changes - greyCrossings * clear) / Math.max(0.05, below);
  const cloudOwn = ownShare(
    cloudCrossings * exp((sunny * sunny) / 2),
    waveRate(weather.cloud, region),
    QUICKEST / Math.min(spellHours.sunny, spellHours.cloudy),
  );
  return { wet, grey, sunny, wetOwn, cloudOwn, fog };
}

/** The share of variance that must be fast noise, so that the sum of a slow and a fast noise crosses at `rate`. */
function ownShare(rate: number, slow: number, quick: number): number {
  if (quick <= slow) return 0;
  return Math.min(1, Math.max(0, (rate * rate - slow * slow) / (quick * quick - slow * slow)));
}

/** The level that fog must exceed at an hour of the sun's day (noon is 12): fog occurs at night and in the morning. */
export function fogThreshold(share: number, solarHour: number): number {
  return quantile(1 - Math.min(0.95, share * interpolateDay(FOG_BY_HOUR, solarHour)));
}

/** Interpolates values evenly spaced over a day, the first at midnight. */
export function interpolateDay(values: ArrayLike<number>, hour: number): number {
  const x = (hour * values.length) / 24;
  const i = Math.floor(x);
  const from = values[i % values.length]!;
  return from + (x - i) * (values[(i + 1) % values.length]! - from);
}

/** Interpolates twelve monthly values, each taken to hold in the middle of its month. */
export function interpolateMonths(values: readonly number[], utcMs: number): number {
  const x = ((utcMs / YEAR_MS + 1e4) % 1) * 12 + 11.5;
  const month = Math.floor(x);
  const f = x - month;
  return values[month % 12]! * (1 - f) + values[(month + 1) % 12]! * f;
}

function quantile(p: number): number {
  if (p >= 1) return MAX_QUANTILE;
  return p <= 0 ? -MAX_QUANTILE : Math.max(-MAX_QUANTILE, Math.min(MAX_QUANTILE, normalQuantile(p)));
}

/** Normal distribution's share below x, to 1e-5 (Abramowitz and Stegun 26.2.16). */
export function normalShare(x: number): number {
  const t = 1 / (1 + 0.33267 * Math.abs(x));
  const tail = (exp((-x * x) / 2) / 2.5066282746) * t * (0.4361836 + t * (-0.1201676 + t * 0.937298));
  return x < 0 ? tail : 1 - tail;
}
