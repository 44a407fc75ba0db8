/** The delays of records that are sent at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VehicleDay } from '#src/simulate/day/vehicle-day.js';
import { delayOf, reportedSignal } from '#src/simulate/records/radio.js';

const STRONG_DBM = -90;

function delaysOf(signal: number): number[] {
  const day = { heldUntilMs: 0, lastArrivalMs: 0 } as VehicleDay;
  return Array.from({ length: 256 }, (_, draw) => delayOf(day, 10_000 * (draw + 1), draw, signal)).sort(
    (a, b) => a - b,
  );
}

test('a record sent with reception arrives soon, almost always in under 150 ms, rarely in up to 300', () => {
  const delays = delaysOf(STRONG_DBM);
  const [min, median, high, max] = [delays[0]!, delays[128]!, delays[230]!, delays[255]!];
  assert.ok(min >= 45 && min < 60, `${min} ms at least`);
  assert.ok(median > 80 && median < 95, `${median} ms`);
  assert.ok(high > 130 && high < 170, `${high} ms in one of ten`);
  assert.ok(max > 250 && max <= 300, `${max} ms at most`);
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

test('a record that is held back arrives in order once the network is back', () => {
  const day = { heldUntilMs: 60_000, lastArrivalMs: 0 } as VehicleDay;
  assert.equal(delayOf(day, 20_000, 0x45, STRONG_DBM), 40_005);
  // The one that would arrive before the last one waits for it.
  assert.equal(delayOf(day, 30_000, 0x40, STRONG_DBM), 30_006);
  assert.equal(day.lastArrivalMs, 60_006);
  assert.equal(delayOf(day, 59_999, 0x7f, STRONG_DBM), 64);
  const atOnce = delayOf({ heldUntilMs: 0, lastArrivalMs: 0 } as VehicleDay, 60_000, 0x45, STRONG_DBM);
  assert.equal(delayOf({ heldUntilMs: 60_000, lastArrivalMs: 0 } as VehicleDay, 60_000, 0x45, STRONG_DBM), atOnce);
});

test('a larger draw gives a longer delay', () => {
  const delays = Array.from({ length: 256 }, (_, draw) =>
    delayOf({ heldUntilMs: 0, lastArrivalMs: 0 } as VehicleDay, 10_000, draw, STRONG_DBM),
  );
  assert.deepEqual(
    delays.toSorted((a, b) => a - b),
    delays,
  );
});

const signals: [signal: number, held: boolean, draw: number, shown: number][] = [
  [-90, false, 7, -90],
  [-150, false, 0, -140],
  [-30, false, 0, -44],
  [-90, true, 0x10, -118],
  [-90, true, 0x1b, -121],
  [-117, true, 7, -125],
  [-118, true, 7, -118],
  [-130, true, 7, -130],
  [-150, true, 7, -140],
];
for (const [signal, held, draw, shown] of signals) {
  test(`a signal of ${signal} dBm is reported as ${shown} if a record ${held ? 'is held back' : 'gets through'}`, () => {
    assert.equal(reportedSignal(signal, held, draw), shown);
  });
}
