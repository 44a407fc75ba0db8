/** Small tables for motion: corners by angle, and the variation between one section and the next. */
import { cosDeg, sinDeg } from '../random/exact-math.js';
import { NORMAL } from '../random/tables.js';

/**
 * Shift from tenths of a degree to an index of INVERSE_TAN_HALF: a step is 1.6 degrees, so that 180 degrees have index
 * 112.
 */
export const TURN_SHIFT = 4;

/** 1 / tan(turn / 2) by turn in tenths of a degree >> TURN_SHIFT; going straight has a large value. */
export const INVERSE_TAN_HALF = Float64Array.from({ length: 114 }, (_, i) => {
  const half = Math.min(89.9, ((i + 0.5) * 1.6) / 2);
  return cosDeg(half) / sinDeg(half);
});

const VARIETY_SIZE = 1024;
export const DEVIATION_MASK = VARIETY_SIZE - 1;

/**
 * Standard normal quantiles clamped to -2..2, shuffled: the deviation of a section from the driver's usual behaviour.
 */
export const DEVIATIONS = Float64Array.from({ length: VARIETY_SIZE }, (_, i) => {
  // 389 is odd, so every quantile occurs once and neighbours lie far apart.
  const quantile = ((i * 389) % VARIETY_SIZE) * (NORMAL.length / VARIETY_SIZE) + 2;
  return Math.max(-2, Math.min(2, NORMAL[quantile]!));
});

/**
 * Factor on the driver's usual braking rate: most stops are anticipated and braked for gently, and none reaches the
 * threshold of hard braking.
 */
export const BRAKING_FACTORS = DEVIATIONS.map((value) => 0.95 + (value < 0 ? 0.2 : 0.135) * value);
