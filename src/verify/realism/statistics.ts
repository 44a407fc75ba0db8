/** The statistics that the checks need. */
import { valueAt } from './checked-arrays.js';

/**
 * Normal quantile of the critical intervals. A run makes some hundred comparisons, so a correct world fails one of them
 * in about a hundred runs.
 */
export const CRITICAL_Z = 3.9;

/** The one-sided tail probability. */
export const CRITICAL_P = 5e-5;

/** A ratio found over expected, with its interval. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** `variance` is that of the count found; a Poisson count has at least its own mean. */
export function ratioOf(found: number, expected: number, variance: number): Ratio {
  const half = (CRITICAL_Z * Math.sqrt(Math.max(variance, expected, 1))) / expected;
  const value = found / expected;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/**
 * Probability that a chi-squared variable with `freedom` degrees is larger (Wilson and Hilferty's approximation, good
 * to some 0.001 from 3 degrees on).
 */
export function chiSquareTail(chiSquare: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  const z = (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
  return 1 - normalCumulative(z);
}

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, to 1e-7). */
export function normalCumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

/** Probability that of `n` independent cases, each with probability `p`, `k` or more happen. */
export function binomialTail(n: number, p: number, k: number): number {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // From the logarithm of the first term on; the terms fall from the mean on.
  let logTerm = n * Math.log1p(-p);
  for (let i = 1; i <= k; i++) logTerm += Math.log((n - i + 1) / i) + Math.log(p / (1 - p));
  let term = Math.exp(logTerm);
  let sum = 0;
  for (let i = k; i <= n && (term > 1e-12 * sum || i <= n * p); i++) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.min(1, sum);
}

/** Kolmogorov and Smirnov's distance of sorted values from the uniform distribution between the first and the last. */
export function distanceFromUniform(sorted: Float64Array): number {
  const n = sorted.length;
  const min = valueAt(sorted, 0);
  const width = valueAt(sorted, n - 1) - min;
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    const uniform = (value - min) / width;
    distance = Math.max(distance, Math.abs(uniform - i / n), Math.abs(uniform - (i + 1) / n));
  }
  return distance;
}

/** Area under the ROC curve from counts of both labels by ascending score; ties count half. */
export function aucOf(negatives: readonly number[] | Float64Array, positives: ArrayLike<number>): number {
  let [below, wins, allNegative, allPositive] = [0, 0, 0, 0];
  for (const [score, negative] of negatives.entries()) {
    const positive = valueAt(positives, score);
    wins += positive * (below + negative / 2);
    below += negative;
    allNegative += negative;
    allPositive += positive;
  }
  return wins / (allNegative * allPositive);
}

/** Standard error of an AUC (Hanley and McNeil 1982). */
export function aucError(auc: number, negatives: number, positives: number): number {
  const q1 = auc / (2 - auc) - auc * auc;
  const q2 = (2 * auc * auc) / (1 + auc) - auc * auc;
  return Math.sqrt((auc * (1 - auc) + (positives - 1) * q1 + (negatives - 1) * q2) / (negatives * positives));
}
