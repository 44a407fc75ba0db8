import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barText, lineText } from '#src/run/progress/progress-text.js';

const HALF = { phase: 'rows', rows: 12e6, totalRows: 30e6, bytes: 1.8e9, seconds: 14 } as const;
const RATE = { rows: 1.2e6, bytes: 180e6 };

describe('the text of a progress', () => {
  it('names no rate and no time left before there is a rate', () => {
    assert.equal(barText({ ...HALF, rows: 0 }, undefined), 'starting');
    assert.equal(lineText({ ...HALF, rows: 0 }, undefined), '0 of 30,000,000 rows, starting');
    assert.equal(barText(HALF, undefined), '12.0M/30.0M rows');
    assert.equal(lineText(HALF, undefined), '12,000,000 of 30,000,000 rows (40 %)');
  });

  it('names both from then on', () => {
    assert.equal(barText(HALF, RATE), '12.0M/30.0M rows  1.20M rows/s  180 MB/s  15 s left');
    assert.equal(lineText(HALF, RATE), '12,000,000 of 30,000,000 rows (40 %), 1.20M rows/s, about 15 s left');
    assert.match(lineText({ ...HALF, rows: 30e6 - 1 }, RATE), /\(99 %\)/);
  });

  it('says that the rows are in', () => {
    const finish = { ...HALF, phase: 'finish', rows: 30e6, seconds: 80 } as const;
    assert.equal(barText(finish, RATE), '30.0M rows are in; finishing (1m 20s)');
    assert.equal(lineText(finish, RATE), '30,000,000 rows are in; finishing (1m 20s)');
  });

  it('fits 80 columns even for the largest loads, beside the bar and alone', () => {
    for (const totalRows of [2, 999_999, 123_456_789_012]) {
      for (const seconds of [0.1, 59, 123_456]) {
        for (const phase of ['rows', 'finish'] as const) {
          const progress = { phase, rows: totalRows / 2, totalRows, bytes: totalRows * 100, seconds };
          const rate = { rows: totalRows / seconds, bytes: (totalRows * 100) / seconds };
          const note = barText(progress, rate);
          assert.ok(note.length <= 80 - 16 - 6, note);
          const line = lineText(progress, rate);
          assert.ok(line.length <= 80, line);
        }
      }
    }
  });
});
