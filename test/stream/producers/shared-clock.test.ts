import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedClock } from '#src/stream/producers/shared-clock.js';

function clocks(workers: number): SharedClock[] {
  const memory = SharedClock.memoryFor(workers);
  return Array.from({ length: workers }, (_, worker) => new SharedClock(memory, worker));
}

describe('shared clock', () => {
  it('gives the time up to which all have delivered', () => {
    const [a, b, c] = clocks(3);
    a!.publish(1_000_000);
    b!.publish(1_000_500);
    c!.publish(2_000_000);
    assert.equal(b!.deliveredBefore(), 1_000_000);
    a!.publish(Number.POSITIVE_INFINITY);
    assert.equal(c!.deliveredBefore(), 1_000_500);
    b!.publish(Number.POSITIVE_INFINITY);
    c!.publish(Number.POSITIVE_INFINITY);
    assert.equal(a!.deliveredBefore(), Number.POSITIVE_INFINITY);
  });

  it('lets one worker advance the slice ends, and wakes the others', () => {
    const [a, b] = clocks(2);
    const before = a!.borders();
    const version = b!.version();
    a!.advance(before, 2000);
    assert.notEqual(b!.version(), version);
    assert.deepEqual(b!.borders(), { open: before.ahead, ahead: 2000 });
    b!.advance(before, 3000);
    assert.deepEqual(a!.borders(), { open: before.ahead, ahead: 2000 });
  });

  it('wakes waiting workers when a clock moves, and not otherwise', async () => {
    const [a, b] = clocks(2);
    a!.publish(10);
    const version = b!.version();
    a!.publish(10);
    assert.equal(b!.version(), version);
    const woken = b!.moved(version, 60_000);
    a!.publish(11);
    await woken;
    // A missed change does not make anyone wait.
    await b!.moved(version, 60_000);
  });

  it('hands out no more messages than allowed', () => {
    const [a, b] = clocks(2);
    assert.equal(a!.reserve(10, 8), 8);
    assert.equal(b!.reserve(10, 8), 2);
    assert.equal(a!.reserve(10, 8), 0);
    b!.release(1);
    assert.equal(a!.reserve(10, 8), 1);
    assert.equal(a!.reserve(Number.POSITIVE_INFINITY, 8), 8);
  });

  it('adds up what all have delivered', () => {
    const [a, b] = clocks(2);
    a!.countDelivered(3, 300);
    b!.countDelivered(4, 5_000_000_000);
    assert.equal(a!.delivered(), 7);
    assert.equal(b!.bytes(), 5_000_000_300);
  });
});
