/** Quantile tables: a draw's top bits index a table instead of a function. Built once per thread. */
import { exp, ln, normalQuantile } from './exact-math.js';

const BITS = 12;
const SIZE = 1 << BITS;
/** `TABLE[draw >>> TABLE_SHIFT]` for a 32-bit draw. */
export const TABLE_SHIFT = 32 - BITS;

/** Standard normal, 4096 equally likely values, truncated near +-3.7. */
export const NORMAL = table((p) => normalQuantile(p));

/** Exponential with mean 1, 4096 equally likely values, up to about 9. */
export const EXPONENTIAL = table((p) => -ln(1 - p));

const LOGIT_STEP = 0.01;
const LOGIT_MAX = 8;

/** Highest index of LOGISTIC. */
export const LOGISTIC_LAST = (2 * LOGIT_MAX) / LOGIT_STEP;
/** Centi-logits are an index into LOGISTIC once this is added. */
export const LOGISTIC_ZERO = LOGIT_MAX / LOGIT_STEP;
/** Probability x 10^4 of a logit in hundredths, from -8 to 8. */
export const LOGISTIC = Int32Array.from({ length: LOGISTIC_LAST + 1 }, (_, i) =>
  Math.round(10000 / (1 + exp(LOGIT_MAX - i * LOGIT_STEP))),
);

function table(quantile: (p: number) => number): Float64Array {
  return Float64Array.from({ length: SIZE }, (_, i) => quantile((i + 0.5) / SIZE));
}
