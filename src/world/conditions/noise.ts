/**
 * Noise in absolute time: independent normal values on a lattice whose points are keyed by their number, blended by
 * cubic B-splines. It is stationary, smooth, of variance one, and the same whichever interval is requested.
 */
import type { Sfc32 } from '../../random/sfc32.js';
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { TIME_ORIGIN } from './blocks.js';

/** Lattice points drawn from one key. */
const KEYED_POINTS = 64;
/**
 * Crossings of zero per lattice interval, upwards: the square root of the kernel's mean curvature, 1.391, over a turn.
 */
export const NOISE_RATE = 0.1877;
/** Lattice intervals after which the noise keeps 1/e of a deviation. */
export const NOISE_MEMORY = 1.155;

export interface NoiseKey {
  readonly seed: number;
  readonly subject: number;
  readonly stream: number;
}

/** Places between two lattice points that weights are kept for. */
const PLACES = 1024;
/** By place: weights of the four lattice points around it; their squares add up to one. */
export const BLEND_WEIGHTS = blendWeights();

/** Position in BLEND_WEIGHTS of a place between two lattice points, 0 to below 1. */
export function blendIndex(fraction: number): number {
  return Math.floor(fraction * PLACES) * 4;
}

/**
 * Independent noises at the same `count` times, one by key.
 * @param intervalMs time between lattice points
 */
export function noisesAt(
  keys: readonly NoiseKey[],
  fromMs: number,
  stepMs: number,
  count: number,
  intervalMs: number,
  random: Sfc32,
): Float64Array[] {
  const first = Math.floor(fromMs / intervalMs) - 1;
  const last = Math.floor((fromMs + (count - 1) * stepMs) / intervalMs) + 2;
  const noises = keys.map((key) => ({
    lattice: latticeValues(key, first, last, random),
    values: new Float64Array(count),
  }));
  for (let i = 0; i < count; i++) {
    const x = (fromMs + i * stepMs) / intervalMs;
    const at = Math.floor(x);
    const j = at - 1 - first;
    const b = blendIndex(x - at);
    const w0 = BLEND_WEIGHTS[b]!;
    const w1 = BLEND_WEIGHTS[b + 1]!;
    const w2 = BLEND_WEIGHTS[b + 2]!;
    const w3 = BLEND_WEIGHTS[b + 3]!;
    for (const { lattice, values } of noises) {
      values[i] = w0 * lattice[j]! + w1 * lattice[j + 1]! + w2 * lattice[j + 2]! + w3 * lattice[j + 3]!;
    }
  }
  return noises.map(({ values }) => values);
}

/** The independent values at lattice points first to last. */
function latticeValues(key: NoiseKey, first: number, last: number, random: Sfc32): Float64Array {
  const firstKey = Math.floor(first / KEYED_POINTS);
  const values = new Float64Array((Math.floor(last / KEYED_POINTS) - firstKey + 1) * KEYED_POINTS);
  for (let i = 0; i < values.length; i++) {
    if (i % KEYED_POINTS === 0)
      random.seed(key.seed, key.subject, firstKey + i / KEYED_POINTS + TIME_ORIGIN, key.stream);
    values[i] = NORMAL[random.next() >>> TABLE_SHIFT]!;
  }
  return values.subarray(first - firstKey * KEYED_POINTS);
}

function blendWeights(): Float64Array {
  const weights = new Float64Array(4 * PLACES);
  for (let i = 0; i < PLACES; i++) {
    const f = (i + 0.5) / PLACES;
    const g = 1 - f;
    const four = [g * g * g, 4 - 6 * f * f + 3 * f * f * f, 4 - 6 * g * g + 3 * g * g * g, f * f * f];
    const scale = 1 / Math.sqrt(four.reduce((sum, w) => sum + w * w, 0));
    weights.set(
      four.map((w) => w * scale),
      4 * i,
    );
  }
  return weights;
}
