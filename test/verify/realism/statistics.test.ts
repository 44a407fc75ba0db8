import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  aucError,
  aucOf,
  binomialTail,
  chiSquareTail,
  distanceFromUniform,
  normalCumulative,
  ratioOf,
} from '#src/verify/realism/statistics.js';

const near = (found: number, expected: number, by: number): void =>
  assert.ok(Math.abs(found - expected) <= by, `${found} is not ${expected} +- ${by}`);

describe('statistics', () => {
  it('compute the normal distribution', () => {
    for (const [z, p] of [
      [0, 0.5],
      [1, 0.8413447],
      [-1.959964, 0.025],
      [3.9, 0.9999519],
    ] as const) {
      near(normalCumulative(z), p, 1e-6);
    }
  });

  it('compute the chi-squared distribution', () => {
    // Textbook 5 % and 1 % points.
    for (const [freedom, five, one] of [
      [4, 9.488, 13.277],
      [10, 18.307, 23.209],
      [100, 124.342, 135.807],
    ] as const) {
      near(chiSquareTail(five, freedom), 0.05, 0.001);
      near(chiSquareTail(one, freedom), 0.01, 0.001);
    }
  });

  it('compute the binomial distribution', () => {
    near(binomialTail(10, 0.5, 8), 56 / 1024, 1e-12);
    near(binomialTail(5, 1 / 360, 5), (1 / 360) ** 5, 1e-20);
    near(binomialTail(1000, 0.3, 300), 0.5, 0.03);
    near(binomialTail(100_000, 0.01, 1100), 1 - normalCumulative(99.5 / Math.sqrt(990)), 2e-4);
    assert.deepEqual([binomialTail(7, 0.2, 0), binomialTail(7, 0, 1), binomialTail(7, 1, 7)], [1, 0, 1]);
  });

  it('compute the area under the ROC curve by counting pairs', () => {
    const negatives = [3, 0, 2, 1];
    const positives = [0, 1, 1, 2];
    let [wins, pairs] = [0, 0];
    negatives.forEach((n, i) => {
      positives.forEach((p, j) => {
        pairs += n * p;
        wins += n * p * (j > i ? 1 : j === i ? 0.5 : 0);
      });
    });
    assert.equal(aucOf(negatives, positives), wins / pairs);
    assert.equal(aucOf([5, 0], [0, 5]), 1);
    assert.ok(aucError(0.8, 1000, 1000) < aucError(0.8, 100, 100));
  });

  it('distinguish uniform values from others', () => {
    const even = Float64Array.from({ length: 1000 }, (_, i) => i);
    assert.ok(distanceFromUniform(even) < 0.002);
    assert.ok(distanceFromUniform(even.map((value) => value * value)) > 0.2);
  });

  it('give a ratio an interval at least as wide as that of a Poisson count', () => {
    const { value, low, high } = ratioOf(110, 100, 0);
    assert.equal(value, 1.1);
    near(high - low, 2 * 0.39, 1e-9);
    assert.ok(ratioOf(110, 100, 400).high > high);
  });
});
