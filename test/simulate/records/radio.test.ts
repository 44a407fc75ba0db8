/** The delays of records that are sent at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VehicleDay } from '#src/simulate/day/vehicle-day.js';
import { delayOf } from '#src/simulate/records/radio.js';

const STRONG_DBM = -90;

function delaysOf(signal: number): number[] {
  const day = { heldUntilMs: 0, lastArrivalMs: 0 } as VehicleDay;
  return Array.from({ length: 256 }, (_, draw) => delayOf(day, 10_000 * (draw + 1), draw, signal)).sort(
    (a, b) => a - b,
  );
}

test('a record sent with reception arrives soon, almost always in under 150 ms, rarely in up to 300', () => {
  const delays = delaysOf(STRONG_DBM);
  const [least, median, high, most] = [delays[0]!, delays[128]!, delays[230]!, delays[255]!];
  assert.ok(least >= 45 && least < 60, `${least} ms at least`);
  assert.ok(median > 80 && median < 95, `${median} ms`);
  assert.ok(high > 130 && high < 170, `${high} ms in one of ten`);
  assert.ok(most > 250 && most <= 300, `${most} ms at most`);
  // Skewed to the right: the mean is above the median.
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  assert.ok(mean > 1.08 * median, `mean ${mean} ms, median ${median} ms`);
});

test('a weak signal adds 25 ms a dB', () => {
  const [strong, weak] = [delaysOf(STRONG_DBM), delaysOf(-109)];
  assert.deepEqual(
    weak,
    strong.map((delay) => delay + 100),
  );
});
