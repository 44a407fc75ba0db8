import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bearingDeg, cosDeg, exp, ln, normalQuantile, sinDeg } from '#src/random/exact-math.js';

/** The functions replace Math's, whose last bit isn't promised; 1e-12 is far beyond any such difference. */
const CLOSE = 1e-12;
const RADIANS = Math.PI / 180;
const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

const same: [name: string, of: fc.Arbitrary<number>, ours: (x: number) => number, theirs: (x: number) => number][] = [
  ['exp', real(-40, 40), exp, Math.exp],
  ['ln', fc.oneof(real(1e-9, 1e9), real(0.99, 1.01)), ln, Math.log],
  ['cosDeg', real(-1000, 1000), cosDeg, (x) => Math.cos((x % 360) * RADIANS)],
  ['sinDeg', real(-1000, 1000), sinDeg, (x) => Math.sin((x % 360) * RADIANS)],
];
for (const [name, arguments_, ours, theirs] of same) {
  test(`${name} agrees with Math's`, () => {
    fc.assert(
      fc.property(arguments_, (x) => close(ours(x), theirs(x))),
      { numRuns: 5000 },
    );
  });
}

test('is exact where the result is representable', () => {
  assert.equal(exp(0), 1);
  assert.equal(ln(1), 0);
  assert.equal(cosDeg(0), 1);
  assert.equal(cosDeg(180), -1);
});

test('bearingDeg is the arc tangent, clockwise from north, in [0, 360)', () => {
  const length = fc.oneof(real(-1e5, 1e5), fc.constantFrom(0, 1, -1, 1e-7));
  fc.assert(
    fc.property(length, length, (east, north) => {
      const bearing = bearingDeg(east, north);
      assert.ok(bearing >= 0 && bearing < 360, `${bearing}`);
      const expected = Math.atan2(east, north) / RADIANS;
      const difference = Math.abs(bearing - expected) % 360;
      // Zero has two signs for Math.atan2, but one bearing.
      if (east !== 0 || north !== 0)
        assert.ok(Math.min(difference, 360 - difference) < 1e-10, `${bearing} ${expected}`);
    }),
    { numRuns: 5000 },
  );
  assert.deepEqual(
    [bearingDeg(0, 1), bearingDeg(1, 0), bearingDeg(0, -1), bearingDeg(-1, 0), bearingDeg(0, 0)],
    [0, 90, 180, 270, 0],
  );
});

/** Of the standard normal: published percentage points. */
const PERCENTAGE_POINTS: [p: number, quantile: number][] = [
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.975, 1.959963984540054],
  [0.995, 2.5758293035489004],
  [0.9999, 3.719016485455709],
];
test('normalQuantile agrees with the published percentage points on both sides', () => {
  for (const [p, quantile] of PERCENTAGE_POINTS) {
    assert.ok(Math.abs(normalQuantile(p) - quantile) < 1e-8, `${p}`);
    assert.ok(Math.abs(normalQuantile(1 - p) + quantile) < 1e-8, `${1 - p}`);
  }
});

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= CLOSE * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}
