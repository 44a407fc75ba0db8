import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProgressRate } from '#src/run/progress/progress-rate.js';

const BYTES = 150;

/** The rate at every tenth of a second, fed with a load whose rate is a function of its time. */
function ratesOf(rowsPerSecond: (seconds: number) => number, seconds: number): (number | undefined)[] {
  const rate = new ProgressRate();
  let rows = 0;
  return Array.from({ length: seconds * 10 }, (_, i) => {
    rows += rowsPerSecond(i / 10) / 10;
    rate.update({ seconds: i / 10, rows, bytes: rows * BYTES });
    return rate.current()?.rows;
  });
}

/** When the first one is named, in seconds. */
const named = (rates: readonly (number | undefined)[]) => rates.findIndex((rate) => rate !== undefined) / 10;

/** As measured: nothing for 0.4 s, then code that is not optimised yet for two. */
const starting = (at: number) => {
  if (at < 0.4) return 0;
  return at < 3 ? 50_000 * 4 ** (at - 0.4) : 1_400_000;
};

describe('the rate of a load', () => {
  it('is not named before it has settled, and is about right from then on', () => {
    const rates = ratesOf(starting, 20);
    assert.ok(named(rates) >= 3 && named(rates) <= 6, String(named(rates)));
    for (const rate of rates.slice(named(rates) * 10)) {
      assert.ok(rate !== undefined && rate > 1_200_000 && rate < 1_500_000, String(rate));
    }
  });

  it('does not count the time before the first record', () => {
    const late = ratesOf((at) => (at < 60 ? 0 : 1000), 70);
    assert.ok(named(late) > 61 && named(late) < 64, String(named(late)));
    assert.ok(Math.abs(late.at(-1)! - 1000) < 1, String(late.at(-1)));
  });

  it('is smooth, and follows a lasting change', () => {
    const noisy = ratesOf((at) => (Math.floor(at * 10) % 2 === 0 ? 500 : 1500), 30);
    for (const rate of noisy.slice(50)) assert.ok(Math.abs(rate! - 1000) < 100, String(rate));
    const slower = ratesOf((at) => (at < 20 ? 1000 : 100), 60);
    assert.ok(slower[205]! > 900, String(slower[205]));
    assert.ok(slower.at(-1)! < 130, String(slower.at(-1)));
  });

  it('is named after some time even if it never settles, and not while nothing comes', () => {
    const erratic = ratesOf((at) => 1000 * 2 ** (Math.floor(at) % 4), 20);
    assert.ok(named(erratic) >= 10 && named(erratic) < 12, String(named(erratic)));
    assert.ok(ratesOf((at) => (at < 1 ? 1000 : 0), 30).every((rate) => rate === undefined));
  });

  it('is of bytes, too', () => {
    const rate = new ProgressRate();
    for (let i = 1; i < 50; i++) rate.update({ seconds: i / 10, rows: i, bytes: i * BYTES });
    const { rows, bytes } = rate.current()!;
    assert.ok(Math.abs(rows - 10) < 0.01 && Math.abs(bytes - 10 * BYTES) < 1, `${rows} ${bytes}`);
  });
});
