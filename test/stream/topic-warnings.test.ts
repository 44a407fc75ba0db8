import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Retention } from '#src/kafka/topic.js';
import { topicWarnings } from '#src/stream/topic-warnings.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 1);
const JANUARY = Date.UTC(2026, 0, 5);

function said(topic: Retention, firstMs: number, lastMs = NOW, speed = 1): string[] {
  return topicWarnings(topic, { firstMs, lastMs, speed }, NOW);
}

describe('topicWarnings', () => {
  it('is empty if the topic keeps everything', () => {
    assert.deepEqual(said({ compacted: false }, JANUARY), []);
    assert.deepEqual(said({ compacted: false, keptMs: 7 * DAY }, NOW - 6 * DAY), []);
  });

  it('warns that old messages are deleted, and after how long', () => {
    const [line, ...more] = said({ compacted: false, keptMs: 3_600_000 }, JANUARY);
    assert.deepEqual(more, []);
    assert.match(
      line!,
      /keeps messages for 1 hour after .* begin at 2026-01-05T00:00:00\.000Z: .* retention\.ms to -1/,
    );
    assert.match(said({ compacted: false, keptMs: 7 * DAY }, JANUARY)[0]!, /keeps messages for 7 days/);
  });

  it('warns that timestamps too far ahead of the clock will be rejected', () => {
    const topic = { compacted: false, aheadMs: 3_600_000 };
    assert.match(said(topic, NOW, NOW + DAY, 60)[0]!, /refuses what is more than 1 hour ahead: raise .*--speed 1x/);
    assert.equal(said(topic, NOW, Number.POSITIVE_INFINITY, 2).length, 1);
    assert.equal(said(topic, NOW, NOW + DAY, Number.POSITIVE_INFINITY).length, 1);
    assert.deepEqual(said(topic, NOW, Number.POSITIVE_INFINITY, 1), []);
    assert.deepEqual(said(topic, NOW - DAY, NOW, 60), []);
    assert.deepEqual(said(topic, NOW, NOW + 3_000_000, 60), []);
    assert.deepEqual(said({ compacted: false }, NOW, Number.POSITIVE_INFINITY, 60), []);
  });

  it('warns that a size-limited topic drops the oldest messages', () => {
    assert.match(
      said({ compacted: false, keptBytes: 1_000_000 }, NOW)[0]!,
      /keeps about 1000000 bytes of a partition: .* retention\.bytes to -1/,
    );
  });

  it('warns that a compacted topic keeps one message per vehicle', () => {
    const [line] = said({ compacted: true }, NOW);
    assert.match(line!, /is compacted: .* newest message of each vehicle.* cleanup\.policy/);
    assert.equal(said({ compacted: true, keptMs: DAY }, JANUARY).length, 2);
  });
});
