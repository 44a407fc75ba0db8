/** Where a stream begins, for every combination of resume position and requested start time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type StartAt, streamStart } from '#src/stream/stream-start.js';

const NONE = Number.NEGATIVE_INFINITY;
const WALL = 1_800_000;

describe('a stream begins', () => {
  for (const [when, next, after, startAt, startMs, shiftMs] of [
    ['at its first arrival, in its own times', 5000, NONE, undefined, 5000, 0],
    ['at its first arrival, written as now', 5000, NONE, 'now', 5000, WALL - 5000],
    ['at its first arrival, written as a given time', 5000, NONE, 9000, 5000, 4000],
    ['where an earlier one stopped, before the next arrival', 5000, 4000, undefined, 5000, 0],
    ['at what comes next, which is now', 5000, 4000, 'now', 5000, WALL - 5000],
    ['so that the given time corresponds to where the earlier one stopped', 5000, 4000, 9000, 5000, 5000],
    ['no earlier than the earlier one stopped', 3000, 4000, undefined, 4000, 0],
    ['no earlier than the earlier one stopped, which is now', 3000, 4000, 'now', 4000, WALL - 4000],
    ['no earlier than the earlier one stopped, at a given time', 3000, 4000, 9000, 4000, 5000],
    ['where the earlier one stopped when nothing comes', Number.POSITIVE_INFINITY, 4000, undefined, 4000, 0],
    [
      'where the earlier one stopped, now, when nothing comes',
      Number.POSITIVE_INFINITY,
      4000,
      'now',
      4000,
      WALL - 4000,
    ],
    [
      'where the earlier one stopped, at a given time, when nothing comes',
      Number.POSITIVE_INFINITY,
      4000,
      9000,
      4000,
      5000,
    ],
    ['at the wall clock when there is nothing at all', Number.POSITIVE_INFINITY, NONE, undefined, WALL, 0],
    ['at the wall clock, now, when there is nothing at all', Number.POSITIVE_INFINITY, NONE, 'now', WALL, 0],
    [
      'at the wall clock, at a given time, when there is nothing at all',
      Number.POSITIVE_INFINITY,
      NONE,
      9000,
      WALL,
      9000 - WALL,
    ],
    ['at a given time of zero', 5000, NONE, 0, 5000, -5000],
    ['where an earlier one stopped at zero', 5000, 0, 9000, 5000, 9000],
    ['by a shift of whole milliseconds', 5000.75, NONE, 9000, 5000.75, 3999],
  ] as [string, number, number, StartAt | undefined, number, number][]) {
    it(when, () => assert.deepEqual(streamStart(next, after, startAt, WALL), { startMs, wallMs: WALL, shiftMs }));
  }
});

it('a stream resumed at the time that its predecessor had reached keeps the shift', () => {
  const ms = fc.nat(4e12);
  fc.assert(
    fc.property(ms, ms, ms, fc.nat(1e9), fc.nat(1e9), (first, startAt, wall, lasted, gap) => {
      const { shiftMs } = streamStart(first, NONE, startAt, wall);
      const stopped = first + lasted;
      const resumed = streamStart(stopped + gap, stopped, stopped + shiftMs, wall + lasted);
      assert.equal(resumed.shiftMs, shiftMs);
      assert.equal(resumed.startMs, stopped + gap);
    }),
  );
});
