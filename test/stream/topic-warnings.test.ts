import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { topicWarnings } from '../../src/stream/topic-warnings.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 1);
const JANUARY = Date.UTC(2026, 0, 5);

describe('warnings of a topic', () => {
  it('say nothing where everything is kept', () => {
    assert.deepEqual(topicWarnings({ compacted: false }, JANUARY, NOW), []);
    assert.deepEqual(topicWarnings({ compacted: false, keptMs: 7 * DAY }, NOW - 6 * DAY, NOW), []);
  });

  it('say that old messages go, and after how long', () => {
    const [line, ...more] = topicWarnings({ compacted: false, keptMs: 3_600_000 }, JANUARY, NOW);
    assert.deepEqual(more, []);
    assert.match(line!, /keeps messages for 1 hour after .* begin at 2026-01-05T00:00:00\.000Z: .* retention\.ms to -1/);
    assert.match(topicWarnings({ compacted: false, keptMs: 7 * DAY }, JANUARY, NOW)[0]!, /keeps messages for 7 days/);
  });

  it('say that a compacted topic keeps one message of each vehicle', () => {
    const [line] = topicWarnings({ compacted: true }, NOW, NOW);
    assert.match(line!, /is compacted: .* newest message of each vehicle.* cleanup\.policy/);
    assert.equal(topicWarnings({ compacted: true, keptMs: DAY }, JANUARY, NOW).length, 2);
  });
});
