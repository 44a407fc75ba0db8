import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partsByDay, partsByVehicle, type VehicleDays } from '#src/plan/capacity/counting.js';

const FIRST_DAY = 20_000;
const few = fc.integer({ min: 1, max: 20 });
const many = fc.integer({ min: 400, max: 1100 });
/** Vehicles and days; a part has 512 vehicle-days at most. */
const size = fc.oneof(fc.tuple(few, few), fc.tuple(few, many), fc.tuple(many, few));

/** The vehicle-days of a part as numbers in lexicographic order, by `major` first. */
function keys({ from, to, firstDay, days }: VehicleDays, key: (vehicle: number, day: number) => number): number[] {
  const all: number[] = [];
  for (let vehicle = from; vehicle < to; vehicle++)
    for (let d = 0; d < days; d++) all.push(key(vehicle, firstDay + d - FIRST_DAY));
  return all.sort((a, b) => a - b);
}

test('parts by vehicle cover each vehicle-day once, vehicle by vehicle', () => {
  fc.assert(
    fc.property(size, ([vehicles, days]) => {
      const all = [...partsByVehicle(FIRST_DAY, vehicles, days)].flatMap((part) => keys(part, (v, d) => v * days + d));
      assert.deepEqual(
        all,
        Array.from({ length: vehicles * days }, (_, i) => i),
      );
    }),
    { numRuns: 30 },
  );
});

test('parts by day cover each vehicle-day once, day by day', () => {
  fc.assert(
    fc.property(size, ([vehicles, days]) => {
      const all = [...partsByDay(FIRST_DAY, vehicles, days)].flatMap((part) => keys(part, (v, d) => d * vehicles + v));
      assert.deepEqual(
        all,
        Array.from({ length: vehicles * days }, (_, i) => i),
      );
    }),
    { numRuns: 30 },
  );
});

test('parts grow from a few vehicle-days, so that a few records need few, to as many as are worth a step', () => {
  for (const parts of [partsByVehicle(FIRST_DAY, 2000, 2), partsByDay(FIRST_DAY, 2, 2000)]) {
    const sizes = [...parts].map(({ from, to, days }) => (to - from) * days);
    assert.deepEqual(sizes.slice(0, 8), [16, 32, 64, 128, 256, 512, 512, 512]);
    assert.ok(sizes.slice(8, -1).every((size) => size === 512));
  }
});
