import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessagePacer, type PaceSettings } from '#src/stream/producers/message-pacer.js';

const START = Date.UTC(2026, 0, 5);
const WALL = 1_800_000_000_000;
const NONE: PaceSettings = { speed: Number.POSITIVE_INFINITY, rate: Number.POSITIVE_INFINITY, batchEveryMs: 0 };

function pace(changes: Partial<PaceSettings>): MessagePacer {
  return new MessagePacer({ ...NONE, ...changes }, START, WALL);
}

describe('message pacer', () => {
  it('has no limit at full speed', () => {
    const free = pace({});
    assert.equal(free.dueUntil(WALL), Number.POSITIVE_INFINITY);
    assert.equal(free.allowed(WALL), Number.POSITIVE_INFINITY);
    assert.equal(free.waitMs(START + 1e9, WALL), 0);
    assert.equal(free.isRateLimited, false);
  });

  it('lets a minute of the data pass in a second at 60x', () => {
    const fast = pace({ speed: 60 });
    assert.equal(fast.dueUntil(WALL), START);
    assert.equal(fast.dueUntil(WALL + 1000), START + 60_000);
    assert.equal(fast.waitMs(START + 60_000, WALL), 1000);
    assert.equal(fast.waitMs(START + 60_000, WALL + 400), 600);
  });

  it('catches up after a pause instead of falling behind', () => {
    assert.equal(pace({ speed: 1 }).dueUntil(WALL + 3_600_000), START + 3_600_000);
    assert.equal(pace({ rate: 5000 }).allowed(WALL + 60_000), 300_000);
  });

  it('limits messages by rate', () => {
    const rated = pace({ rate: 5000 });
    assert.equal(rated.isRateLimited, true);
    assert.equal(rated.allowed(WALL), 0);
    assert.equal(rated.allowed(WALL + 1), 5);
    assert.equal(rated.allowed(WALL + 1000), 5000);
    assert.equal(rated.dueUntil(WALL), Number.POSITIVE_INFINITY);
  });

  it('groups due messages into bursts', () => {
    const bursts = pace({ speed: 60, batchEveryMs: 5000 });
    assert.equal(bursts.dueUntil(WALL + 4999), START);
    assert.equal(bursts.dueUntil(WALL + 5000), START + 300_000);
    assert.equal(bursts.dueUntil(WALL + 9999), START + 300_000);
    assert.equal(bursts.waitMs(START + 60_000, WALL), 5000);
    assert.equal(bursts.waitMs(START + 300_001, WALL + 5000), 5000);
    assert.equal(pace({ rate: 100, batchEveryMs: 5000 }).allowed(WALL + 9000), 500);
  });
});
