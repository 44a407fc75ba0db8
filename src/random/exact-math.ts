/**
 * Elementary functions from + - x / and sqrt alone. Their last bit is the same on every machine and engine, which
 * Math.sin, exp, log and the like don't promise. Accurate to about 1e-14; meant for tables, not for hot loops.
 */

const { LN2, PI, SQRT2, SQRT1_2 } = Math;

/** e^x for |x| <= 700. */
export function exp(x: number): number {
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 16; n++) {
    term *= r / n;
    sum += term;
  }
  return sum * powerOfTwo(k);
}

/** Natural logarithm of x > 0. */
export function ln(x: number): number {
  let k = 0;
  let m = x;
  while (m > SQRT2) {
    m /= 2;
    k++;
  }
  while (m < SQRT1_2) {
    m *= 2;
    k--;
  }
  const z = (m - 1) / (m + 1);
  const z2 = z * z;
  let power = z;
  let sum = 0;
  for (let n = 1; n <= 25; n += 2) {
    sum += power / n;
    power *= z2;
  }
  return 2 * sum + k * LN2;
}

/** Cosine of an angle in degrees. */
export function cosDeg(degrees: number): number {
  let d = Math.abs(degrees) % 360;
  if (d > 180) d = 360 - d;
  const negative = d > 90;
  const x = ((negative ? 180 - d : d) * PI) / 180;
  const x2 = x * x;
  let term = 1;
  let sum = 1;
  for (let n = 2; n <= 24; n += 2) {
    term *= -x2 / (n * (n - 1));
    sum += term;
  }
  return negative ? -sum : sum;
}

export function sinDeg(degrees: number): number {
  return cosDeg(degrees - 90);
}

/** Bearing of the vector (east, north) in degrees clockwise from north, in [0, 360); 0 for the zero vector. */
export function bearingDeg(east: number, north: number): number {
  const x = Math.abs(east);
  const y = Math.abs(north);
  if (x === 0 && y === 0) return 0;
  const fromAxis = (atanSmall(Math.min(x, y) / Math.max(x, y)) * 180) / PI;
  const acute = x <= y ? fromAxis : 90 - fromAxis;
  const bearing = north >= 0 ? (east >= 0 ? acute : 360 - acute) : east >= 0 ? 180 - acute : 180 + acute;
  return bearing >= 360 ? 0 : bearing;
}

/** Arc tangent of 0..1, by halving the angle until the series is short. */
function atanSmall(x: number): number {
  let t = x;
  for (let i = 0; i < 3; i++) t = t / (1 + Math.sqrt(1 + t * t));
  const t2 = t * t;
  let power = t;
  let sum = 0;
  for (let n = 1, sign = 1; n <= 21; n += 2, sign = -sign) {
    sum += (sign * power) / n;
    power *= t2;
  }
  return 8 * sum;
}

/** Quantile of the standard normal distribution for 0 < p < 1, to 1.2e-9 (Peter Acklam's rational approximation). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * ln(p));
    const num = polynomial(
      q,
      [
        -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
        2.938163982698783,
      ],
    );
    return (
      num / (polynomial(q, [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416]) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  const num = polynomial(
    r,
    [
      -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
      2.506628277459239,
    ],
  );
  const den = polynomial(
    r,
    [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572],
  );
  return (num * q) / (den * r + 1);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

function powerOfTwo(k: number): number {
  let value = 1;
  for (let i = 0; i < Math.abs(k); i++) value *= 2;
  return k < 0 ? 1 / value : value;
}
