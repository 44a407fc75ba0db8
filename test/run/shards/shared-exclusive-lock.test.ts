import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedExclusiveLock } from '#src/run/shards/shared-exclusive-lock.js';

describe('shared/exclusive lock', () => {
  it('runs shared actions together and exclusive ones alone, even after failures', async () => {
    const turns = new SharedExclusiveLock();
    let working = 0;
    let max = 0;
    const alone: number[] = [];
    const work = (isAlone: boolean, fails: boolean) =>
      turns.take(isAlone, async () => {
        working++;
        max = Math.max(max, working);
        if (isAlone) alone.push(working);
        await sleep(5);
        if (isAlone) alone.push(working);
        working--;
        if (fails) throw new Error('failed');
      });
    const kinds = Array.from({ length: 40 }, (_, i) => work(i % 5 === 4, i % 3 === 0));
    const ended = await Promise.allSettled(kinds);
    assert.equal(ended.filter(({ status }) => status === 'rejected').length, 14);
    assert.ok(max > 2);
    assert.deepEqual(
      alone,
      Array.from({ length: 16 }, () => 1),
    );
  });
});
