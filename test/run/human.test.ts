import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shortCount, shortDuration } from '../../src/run/human.js';
import { progressNote } from '../../src/run/progress-bar.js';

describe('shortCount', () => {
  for (const [value, text] of [
    [0, '0'],
    [999, '999'],
    [999.6, '1.00k'],
    [1234, '1.23k'],
    [12_345, '12.3k'],
    [123_456, '123k'],
    [999_999, '1.00M'],
    [20_000_000, '20.0M'],
    [1e9, '1.00G'],
  ] as const) {
    it(`prints ${value} as ${text}`, () => assert.equal(shortCount(value), text));
  }
});

describe('shortDuration', () => {
  for (const [seconds, text] of [
    [0.416, '0.42 s'],
    [8.31, '8.3 s'],
    [59.97, '1m 00s'],
    [80, '1m 20s'],
    [3599.7, '1h 00m'],
    [7500, '2h 05m'],
  ] as const) {
    it(`prints ${seconds} as ${text}`, () => assert.equal(shortDuration(seconds), text));
  }
});

describe('progressNote', () => {
  it('leaves room for the bar on 80 columns, also for the largest loads', () => {
    for (const totalRows of [1, 999_999, 123_456_789_012]) {
      for (const seconds of [0.1, 59, 123_456]) {
        for (const phase of ['rows', 'finish'] as const) {
          const note = progressNote({ phase, rows: totalRows / 2, totalRows, bytes: totalRows * 100, seconds });
          assert.ok(note.length <= 80 - 16 - 6, note);
        }
      }
    }
  });
});
