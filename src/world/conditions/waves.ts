/**
 * A normal field over the globe and time whose pattern moves with the westerlies: a sum of plane waves through the
 * sphere, with directions and lengths fixed for all seeds and amplitudes that are noise in time. Its correlation over a
 * distance d is (1 + d/l) exp(-d/l), so neighbours share weather systems, and it is continuous everywhere, the 180th
 * meridian included.
 */

import { HOUR_MS } from '../../base/time.js';
import { cosDeg, sinDeg } from '../../random/exact-math.js';
import type { Sfc32 } from '../../random/sfc32.js';
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { TIME_ORIGIN } from './blocks.js';
import { BLEND_WEIGHTS, blendIndex } from './noise.js';

const WAVES = 64;
/** Mean radius. */
const EARTH_KM = 6371;
/** Where a field's speed is measured: the pattern turns as a whole, so it is faster towards the equator. */
const SPEED_LATITUDE = 50;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Time between the values that are computed; times in between are interpolated. */
export const NODE_MS = 4 * HOUR_MS;

const TURN_STEPS = 4096;
const COSINE = Float64Array.from({ length: TURN_STEPS + 1 }, (_, i) => cosDeg((i * 360) / TURN_STEPS));
const SINE = Float64Array.from({ length: TURN_STEPS + 1 }, (_, i) => sinDeg((i * 360) / TURN_STEPS));

/** d/l at which (1 + d/l) exp(-d/l) is a half. */
export const HALF_CORRELATION = 1.678347;

export interface WaveField {
  readonly stream: number;
  /** Kilometres, the l of the correlation. */
  readonly scaleKm: number;
  readonly speedKmh: number;
  /** Hours between the independent values of an amplitude: roughly the lifetime of a weather system. */
  readonly lifeHours: number;
  /** Degrees by which the pattern trails towards the equator, as cold fronts do; 0 for none. */
  readonly trailDeg: number;
}

export interface GeoPosition {
  readonly latitude: number;
  readonly longitude: number;
}

/** Wave vectors for l = 1: x, y, z one after the other. */
const VECTORS = waveVectors();
/** Mean square of a component of a wave vector, for l = 1. */
const CURVATURE = VECTORS.reduce((sum, x) => sum + x * x, 0) / (3 * WAVES);

/** How often the field crosses zero upwards at a place, per hour. */
export function waveRate(field: WaveField, { latitude }: GeoPosition): number {
  const speed = (field.speedKmh * cosDeg(latitude)) / cosDeg(SPEED_LATITUDE);
  const perHour = speed / field.scaleKm;
  return Math.sqrt(CURVATURE * perHour * perHour + 1.391 / (field.lifeHours * field.lifeHours)) / (2 * Math.PI);
}

/** The field at a place at `count` nodes of time, from node `first` on (times NODE_MS since 1970). */
export function wavesAt(
  field: WaveField,
  place: GeoPosition,
  seed: number,
  first: number,
  count: number,
  random: Sfc32,
): Float64Array {
  const nodeHours = NODE_MS / HOUR_MS;
  const firstLattice = Math.floor((first * nodeHours) / field.lifeHours) - 1;
  const lastLattice = Math.floor(((first + count - 1) * nodeHours) / field.lifeHours) + 2;
  const amplitudes = new Float64Array((lastLattice - firstLattice + 1) * 2 * WAVES);
  for (let i = 0; i < amplitudes.length; i++) {
    if (i % (2 * WAVES) === 0) random.seed(seed, 0, firstLattice + i / (2 * WAVES) + TIME_ORIGIN, field.stream);
    amplitudes[i] = NORMAL[random.next() >>> TABLE_SHIFT]!;
  }
  const degreesPerHour = (field.speedKmh * 180) / (Math.PI * EARTH_KM * cosDeg(SPEED_LATITUDE));
  const longitude = place.longitude + field.trailDeg * cosDeg(2 * place.latitude);
  // Phases are counted in steps of the cosine's table.
  const unit = ((EARTH_KM / field.scaleKm) * TURN_STEPS) / (2 * Math.PI);
  const [axial, radial] = [sinDeg(place.latitude) * unit, cosDeg(place.latitude) * unit];
  const norm = 1 / Math.sqrt(WAVES);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const hours = (first + i) * nodeHours;
    const angle = longitude - ((hours * degreesPerHour) % 360);
    const x = radial * cosDeg(angle);
    const y = radial * sinDeg(angle);
    const at = Math.floor(hours / field.lifeHours);
    const b = blendIndex(hours / field.lifeHours - at);
    const w0 = BLEND_WEIGHTS[b]!;
    const w1 = BLEND_WEIGHTS[b + 1]!;
    const w2 = BLEND_WEIGHTS[b + 2]!;
    const w3 = BLEND_WEIGHTS[b + 3]!;
    let j = (at - 1 - firstLattice) * 2 * WAVES;
    let sum = 0;
    for (let k = 0; k < 3 * WAVES; k += 3, j += 2) {
      const phase = VECTORS[k]! * x + VECTORS[k + 1]! * y + VECTORS[k + 2]! * axial;
      const turn = phase - Math.floor(phase / TURN_STEPS) * TURN_STEPS;
      const c = Math.floor(turn);
      const f = turn - c;
      sum += (COSINE[c]! + f * (COSINE[c + 1]! - COSINE[c]!)) * blend(amplitudes, j, w0, w1, w2, w3);
      sum += (SINE[c]! + f * (SINE[c + 1]! - SINE[c]!)) * blend(amplitudes, j + 1, w0, w1, w2, w3);
    }
    out[i] = sum * norm;
  }
  return out;
}

function blend(values: Float64Array, j: number, w0: number, w1: number, w2: number, w3: number): number {
  return w0 * values[j]! + w1 * values[j + 2 * WAVES]! + w2 * values[j + 4 * WAVES]! + w3 * values[j + 6 * WAVES]!;
}

/** Interpolates values at nodes, four around the place: cubic, with a continuous slope. */
export function interpolateNodes(values: Float64Array, x: number): number {
  const i = Math.floor(x);
  const f = x - i;
  const a = values[i - 1]!;
  const b = values[i]!;
  const c = values[i + 1]!;
  const d = values[i + 2]!;
  return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
}

/**
 * Spread evenly over the spectrum that belongs to the correlation: the length r of a vector has the density
 * r^2 / (1 + r^2)^3, which r = tan(angle) turns into sin^2(2 angle); directions lie on a spiral over half the sphere.
 */
function waveVectors(): Float64Array {
  const vectors = new Float64Array(3 * WAVES);
  for (let m = 0; m < WAVES; m++) {
    const z = 1 - (m + 0.5) / WAVES;
    const ring = Math.sqrt(1 - z * z);
    const azimuth = ((m * GOLDEN) % 1) * 360;
    const angle = spectrumAngle((m * GOLDEN * GOLDEN * 7.3 + 0.5 / WAVES) % 1);
    const length = sinDeg(angle) / cosDeg(angle);
    vectors[3 * m] = length * ring * cosDeg(azimuth);
    vectors[3 * m + 1] = length * ring * sinDeg(azimuth);
    vectors[3 * m + 2] = length * z;
  }
  return vectors;
}

/** The angle in degrees, 0 to 90, below which the share p of the spectrum lies. */
function spectrumAngle(p: number): number {
  let [low, high] = [0, 90];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (middle / 90 - sinDeg(4 * middle) / (2 * Math.PI) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
