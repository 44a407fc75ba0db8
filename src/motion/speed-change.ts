/**
 * Speed over one section in closed form: from an entry speed up to a cruise speed and down to an exit speed.
 * Acceleration peaks after a third of its duration, deceleration after two thirds, and both start and end at zero,
 * without a step. All values are m, s, m/s and m/s2.
 *
 * With u = t / T the normalised increase of speed is B(u) = 6u^2 - 8u^3 + 3u^4 (the cumulative beta(2, 3) distribution)
 * and its decrease C(u) = 4u^3 - 3u^4 (beta(3, 2)): in both cases the mean speed is 0.4 slow + 0.6 fast, and the peak
 * rate 16/9 of the mean rate.
 */

/** A change of speed by d lasts d / rate plus this: pedal changes take time (declared). */
export const ACCELERATION_LAG_S = 1.3;
export const BRAKING_LAG_S = 1.2;
/** Ratio of peak to mean rate of a speed change. */
export const PEAK_RATIO = 16 / 9;

/** Distance in metres of a change between two speeds at a mean rate. */
export function speedChangeM(slow: number, fast: number, rate: number, lag: number): number {
  return ((fast - slow) / rate + lag) * (0.4 * slow + 0.6 * fast);
}

/** The highest speed between which and `slow` a change fits into `lengthM`; at least `slow`. */
export function reachableSpeed(slow: number, lengthM: number, rate: number, lag: number): number {
  const p = 0.6 * rate * lag - 0.2 * slow;
  const c = 0.4 * rate * lag * slow - 0.4 * slow * slow - rate * lengthM;
  const fast = (Math.sqrt(Math.max(0, p * p - 2.4 * c)) - p) / 1.2;
  return Math.max(fast, slow);
}

/**
 * The speed reached between entry and exit where the section is too short for the cruise speed; may be below either.
 */
export function peakSpeed(
  entry: number,
  exit: number,
  lengthM: number,
  acceleration: number,
  braking: number,
  brakingLag: number,
): number {
  const q = 0.6 * (1 / acceleration + 1 / braking);
  const p = 0.6 * (ACCELERATION_LAG_S + brakingLag) - 0.2 * (entry / acceleration + exit / braking);
  const c =
    0.4 * (ACCELERATION_LAG_S * entry + brakingLag * exit) -
    0.4 * ((entry * entry) / acceleration + (exit * exit) / braking) -
    lengthM;
  return (Math.sqrt(Math.max(0, p * p - 4 * q * c)) - p) / (2 * q);
}
