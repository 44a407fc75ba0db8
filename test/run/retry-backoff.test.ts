import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { runError } from '#src/base/errors.js';
import { pause, RetryBackoff } from '#src/run/retry-backoff.js';

const LIMITS = { deadlineMs: 60_000, firstPauseMs: 100, longestPauseMs: 2000 };
const failure = runError('PG_CONNECTION_LOST', 'lost it');

describe('retry backoff', () => {
  it('pauses longer each time, up to a maximum, with jitter', () => {
    const backoff = new RetryBackoff(LIMITS);
    const bounds = [100, 200, 400, 800, 1600, 2000, 2000];
    const pauses = bounds.map((_, i) => backoff.pauseAfter(failure, i + 1));
    pauses.forEach((ms, i) => {
      assert.ok(ms >= bounds[i]! / 2 && ms <= bounds[i]!, `${ms} of ${bounds[i]}`);
    });
    assert.equal(new Set(pauses).size, pauses.length);
  });

  it('throws the failure once nothing has succeeded before the deadline', () => {
    const backoff = new RetryBackoff({ ...LIMITS, deadlineMs: 10 });
    assert.throws(() => backoff.pauseAfter(failure, 1), {
      code: 'PG_CONNECTION_LOST',
      exitCode: 1,
      message: /^lost it; tried for 0 s$/,
    });
  });

  it('counts the deadline from the first failure since a success', async () => {
    const backoff = new RetryBackoff({ ...LIMITS, firstPauseMs: 1, deadlineMs: 40 });
    backoff.pauseAfter(failure, 1);
    await pause(60, new AbortController().signal);
    assert.throws(() => backoff.pauseAfter(failure, 2));
    backoff.succeeded();
    assert.ok(backoff.pauseAfter(failure, 3) > 0);
  });

  it("rejects a pause with the signal's reason", async () => {
    const ending = new AbortController();
    const waiting = pause(60_000, ending.signal);
    ending.abort(failure);
    await assert.rejects(waiting, failure);
    await assert.rejects(pause(60_000, ending.signal), failure);
  });
});

test('retries for exactly two minutes by default, and says so', (t) => {
  let now = 5_000;
  t.mock.method(performance, 'now', () => now);
  t.mock.method(Math, 'random', () => 0);
  const backoff = new RetryBackoff();
  assert.equal(backoff.pauseAfter(failure, 1), 50);
  assert.equal(backoff.pauseAfter(failure, 100), 2500);
  now += 117_500;
  assert.equal(backoff.pauseAfter(failure, 100), 2500);
  now += 1;
  assert.throws(() => backoff.pauseAfter(failure, 100), { message: 'lost it; tried for 118 s' });
});
