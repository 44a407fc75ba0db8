import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addProgress, ProgressTally } from '#src/run/progress/progress-tally.js';

const digest = (rows: number) => ({ rows, bytes: rows * 100, digest: '' });
const counts = (tally: ProgressTally) => [tally.rows(), tally.bytes()];

describe('the progress of a run', () => {
  it('counts rows in progress and done, each once', () => {
    const tally = new ProgressTally();
    const [a, b] = [tally.openSlot(), tally.openSlot()];
    addProgress(a, 10, 0);
    addProgress(a, 0, 1000);
    addProgress(b, 3, 300);
    assert.deepEqual(counts(tally), [13, 1300]);
    tally.add(a, digest(12));
    assert.deepEqual(counts(tally), [15, 1500]);
  });

  it('subtracts a failed attempt, and a lost shard', () => {
    const tally = new ProgressTally();
    const slot = tally.openSlot();
    tally.add(slot, digest(12));
    addProgress(slot, 5, 500);
    tally.clear(slot);
    assert.deepEqual(counts(tally), [12, 1200]);
    tally.takeBack(digest(12));
    assert.deepEqual(counts(tally), [0, 0]);
  });
});
