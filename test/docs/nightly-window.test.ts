/** What docs/nightly.md says about the hours in which a window ends. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { parseStart } from '#src/commands/flags/parse-options.js';
import { planDataset } from '#src/plan/dataset.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { document } from './markdown.js';

const HOUR_MS = 3_600_000;

/**
 * Milliseconds since 1970 of the last record. Only the window's last day is generated: a day is the same in every
 * window.
 */
function lastRecord(start: string, days: number): number {
  const lastDay = new Date(Date.parse(start) + (days - 1) * 24 * HOUR_MS).toISOString().slice(0, 10);
  const dataset = planDataset({ seed: 42, start: lastDay, intervalSeconds: 300, vehicles: 500, days: 1 });
  const source = createRecordSource(dataset, 0, dataset.rows);
  const batch = createBatch(dataset.telemetry, 4096);
  let last = 0;
  while (source.fill(batch) > 0) {
    for (let row = 0; row < batch.length; row++) last = Math.max(last, Number(batch.arrays.recorded_at![row]));
  }
  return last;
}

describe('the window of docs/nightly.md', () => {
  // Of winter, summer and the days when clocks change in Europe and America.
  for (const today of ['2026-01-20', '2026-07-20', '2026-03-09', '2026-03-30', '2026-10-26', '2026-11-02']) {
    const midnight = Date.parse(`${today}T00:00:00Z`);
    const start = (text: string) => parseStart(text, new Date(midnight + 2 * HOUR_MS));

    it(`has no record in the future at any hour of ${today}`, () => {
      assert.ok(lastRecord(start('today-31d'), 30) < midnight);
    });

    it(`with today-30d would have future records at night, but none from 14:00 on, on ${today}`, () => {
      const last = lastRecord(start('today-30d'), 30);
      assert.ok(last > midnight + 2.25 * HOUR_MS && last < midnight + 14 * HOUR_MS, new Date(last).toISOString());
    });
  }

  it('is used by every command on the page', () => {
    const starts = [...document('docs/nightly.md').matchAll(/--start[ =](\S+)/g)].map(([, start]) => start);
    assert.ok(starts.filter((start) => start === 'today-31d').length >= 4);
    assert.ok(!starts.includes('today-30d'));
  });
});
