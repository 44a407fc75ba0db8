/** Small tables for motion: corners by their angle, and how one piece of driving differs from the next. */
import { cosDeg, sinDeg } from '../random/exact-math.js';
import { NORMAL } from '../random/tables.js';

/** Steps of INVERSE_TAN_HALF: one is 1.6 degrees, so that 180 degrees have 113. */
export const TURN_SHIFT = 4;

/** 1 / tan(turn / 2) by turn in tenths of a degree >> TURN_SHIFT; a straight way has a large value. */
export const INVERSE_TAN_HALF = Float64Array.from({ length: 114 }, (_, i) => {
  const half = Math.min(89.9, ((i + 0.5) * 1.6) / 2);
  return cosDeg(half) / sinDeg(half);
});

const VARIETY_SIZE = 1024;
export const VARIETY_MASK = VARIETY_SIZE - 1;

/** Normal values between -2 and 2 in a mixed order: how much a piece of driving differs from the usual. */
export const VARIETY = Float64Array.from({ length: VARIETY_SIZE }, (_, i) => {
  // 1021 is prime: every quantile once, neighbours far apart.
  const quantile = ((i * 389) % VARIETY_SIZE) * (NORMAL.length / VARIETY_SIZE) + 2;
  return Math.max(-2, Math.min(2, NORMAL[quantile]!));
});

/**
 * How hard a stop or a slowing down is braked for, as a factor on the driver's usual rate: many are seen coming and taken gently, and
 * none reaches what counts as hard.
 */
export const FIRMNESS = VARIETY.map((value) => 0.95 + (value < 0 ? 0.2 : 0.135) * value);
