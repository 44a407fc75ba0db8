import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatCompactCount,
  formatCount,
  formatDuration,
  formatExactDuration,
  formatRoughDuration,
} from '#src/base/format-numbers.js';

describe('formatCompactCount', () => {
  for (const [value, text] of [
    [0, '0'],
    [999, '999'],
    [999.4, '999'],
    [999.5, '1.00k'],
    [999.6, '1.00k'],
    [9994, '9.99k'],
    [9995, '10.0k'],
    [9996, '10.0k'],
    [99_940, '99.9k'],
    [99_950, '100k'],
    [99_960, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [9.995e14, '1000T'],
    [1234, '1.23k'],
    [12_345, '12.3k'],
    [123_456, '123k'],
    [999_999, '1.00M'],
    [20_000_000, '20.0M'],
    [1e9, '1.00G'],
  ] as const) {
    it(`prints ${value} as ${text}`, () => assert.equal(formatCompactCount(value), text));
  }
});

describe('formatDuration', () => {
  for (const [seconds, text] of [
    [0.416, '0.42 s'],
    [0.994, '0.99 s'],
    [0.995, '1.0 s'],
    [0.996, '1.0 s'],
    [1, '1.0 s'],
    [59.94, '59.9 s'],
    [59.95, '1m 00s'],
    [8.31, '8.3 s'],
    [59.97, '1m 00s'],
    [80, '1m 20s'],
    [3599.7, '1h 00m'],
    [7500, '2h 05m'],
  ] as const) {
    it(`prints ${seconds} as ${text}`, () => assert.equal(formatDuration(seconds), text));
  }
});

describe('formatExactDuration', () => {
  for (const [ms, text] of [
    [604_800_000, '7 days'],
    [86_400_000, '1 day'],
    [129_600_000, '36 hours'],
    [60_000, '1 minute'],
    [90_000, '90 seconds'],
    [1500, '1,500 ms'],
    [0, '0 ms'],
  ] as const) {
    it(`prints ${ms} as ${text}`, () => assert.equal(formatExactDuration(ms), text));
  }
});

describe('formatCount', () => {
  it('rounds to whole numbers and adds thousands separators', () => {
    assert.deepEqual([999.5, 1_234_567, 0].map(formatCount), ['1,000', '1,234,567', '0']);
  });
});

describe('formatRoughDuration', () => {
  for (const [seconds, text] of [
    [0, '1 s'],
    [14.6, '15 s'],
    [59.4, '59 s'],
    [59.7, '1m 00s'],
    [80.2, '1m 20s'],
    [7500, '2h 05m'],
  ] as const) {
    it(`prints ${seconds} as ${text}`, () => assert.equal(formatRoughDuration(seconds), text));
  }
});
