import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  blockCount,
  type Capacity,
  countCapacity,
  countUntilDays,
  countUntilVehicles,
  entryIndex,
  VEHICLES_PER_BLOCK,
} from '#src/plan/capacity/capacity.js';
import { counterOf, runSteps, type Steps } from '#src/plan/capacity/counting.js';
import type { DayPlanner } from '#src/plan/day/day-planner.js';

const FIRST_DAY = 20_000;
/** Several blocks of vehicles, and vehicles or days of which one takes several parts. */
const size = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 12 })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 500, max: 1100 })),
  fc.tuple(fc.integer({ min: 500, max: 1100 }), fc.integer({ min: 1, max: 3 })),
  fc.tuple(fc.integer({ min: 33, max: 40 }), fc.integer({ min: 513, max: 520 })),
);

/** 0 to 6 records, some days none. */
function load(vehicle: number, day: number): number {
  return (vehicle * 31 + (day - FIRST_DAY) * 17 + vehicle * (day - FIRST_DAY)) % 7;
}

const counter = counterOf({ load } as unknown as DayPlanner);

/** A simple, slow reference implementation. */
function reference(vehicles: number, days: number): Capacity {
  const before = [0];
  for (let d = 0; d < days; d++) {
    for (let first = 0; first < vehicles; first += VEHICLES_PER_BLOCK) {
      let sum = before.at(-1)!;
      for (let v = first; v < Math.min(vehicles, first + VEHICLES_PER_BLOCK); v++) sum += load(v, FIRST_DAY + d);
      before.push(sum);
    }
  }
  return { vehicles, days, before: Float64Array.from(before) };
}

const share = fc.integer({ min: 0, max: 16 }).map((sixteenths) => sixteenths / 16);
const totalOf = (capacity: Capacity) => capacity.before.at(-1)!;

/** For a fleet or its days: counting must stop exactly when the records of the first part are reached. */
function firstPart(whole: number, share: number): number {
  return Math.round(whole * share);
}

function assertSame(counted: Steps<Capacity>, expected: Capacity): void {
  const { vehicles, days, before } = runSteps(counted);
  assert.deepEqual([vehicles, days, [...before]], [expected.vehicles, expected.days, [...expected.before]]);
}

test('a fleet and its days hold the sum of their blocks of vehicles', () => {
  fc.assert(
    fc.property(size, ([vehicles, days]) => {
      assertSame(countCapacity(counter, FIRST_DAY, vehicles, days), reference(vehicles, days));
    }),
    { numRuns: 40 },
  );
});

test('finds the smallest fleet that reaches the rows, or the limit if none does', () => {
  fc.assert(
    fc.property(size, share, fc.integer({ min: -1, max: 2 }), ([vehicles, days], share, more) => {
      const rows = Math.max(0, totalOf(reference(firstPart(vehicles, share), days)) + more);
      let fleet = 0;
      for (let sum = 0; sum < rows && fleet < vehicles; fleet++) {
        for (let d = 0; d < days; d++) sum += load(fleet, FIRST_DAY + d);
      }
      assertSame(countUntilVehicles(counter, FIRST_DAY, days, rows, vehicles), reference(fleet, days));
    }),
    { numRuns: 40 },
  );
});

test('finds the fewest days that reach the rows, or the limit if none do', () => {
  fc.assert(
    fc.property(size, share, fc.integer({ min: -1, max: 2 }), ([vehicles, limit], share, more) => {
      const rows = Math.max(0, totalOf(reference(vehicles, firstPart(limit, share))) + more);
      let days = 0;
      for (let sum = 0; sum < rows && days < limit; days++) {
        for (let v = 0; v < vehicles; v++) sum += load(v, FIRST_DAY + days);
      }
      assertSame(countUntilDays(counter, FIRST_DAY, vehicles, rows, limit), reference(vehicles, days));
    }),
    { numRuns: 40 },
  );
});

test('finds a record in the last block that begins at or before it', () => {
  const capacity = reference(70, 9);
  assert.equal(capacity.before.length, blockCount(70) * 9 + 1);
  for (let record = 0; record <= totalOf(capacity); record++) {
    assert.equal(
      entryIndex(capacity, record),
      capacity.before.findLastIndex((before) => before <= record),
    );
  }
});
