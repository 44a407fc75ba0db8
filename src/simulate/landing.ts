/**
 * Speeds that still allow an exact stop. Speeds are whole tenths of km/h at each interval; the distance to the stop is
 * their sum. With a fall of at most `brake` per interval, speed v needs at least v + (v - brake)+ + (v - 2 brake)+ ...
 */

/** The highest speed whose braking sum is at most `sum`; negative sums give 0. */
export function landingSpeed(sum: number, brake: number): number {
  if (sum <= brake) return Math.max(0, sum);
  const steps = Math.ceil((Math.sqrt(1 + (8 * sum) / brake) - 1) / 2);
  return Math.floor((sum + (brake * steps * (steps - 1)) / 2) / steps);
}
