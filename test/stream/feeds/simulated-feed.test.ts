import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { drain, feedOf, generated, inOrderOfArrival, smallDataset } from '../messages.js';

const dataset = smallDataset();
const expected = inOrderOfArrival(generated(dataset));

describe('simulated feed', () => {
  it("gives generate's records in the order of arrival, ties by record_id", async () => {
    assert.deepEqual(await drain(feedOf(dataset)), expected);
  });

  it('does so for any seed, interval and fleet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.constantFrom(1, 10, 60, 300),
        fc.integer({ min: 1, max: 5 }),
        async (seed, intervalSeconds, vehicles) => {
          const other = smallDataset({ seed, intervalSeconds, vehicles, days: 2 });
          fc.pre(other.rows < 10_000);
          const messages = await drain(feedOf(other));
          assert.deepEqual(messages, inOrderOfArrival(generated(other)));
        },
      ),
      // The first: a sensor fault in the first record of a day.
      { numRuns: 12, examples: [[366, 10, 4]] },
    );
  });

  it('does so with heartbeats of parked vehicles, which belong to no trip, with jitter and losses', async () => {
    const { scenario } = await resolveScenario('failing-devices', ['devices.heartbeat_minutes=20']);
    const failing = smallDataset({ scenario, days: 4 });
    const arriving = inOrderOfArrival(generated(failing));
    assert.deepEqual(await drain(feedOf(failing)), arriving);
    const beats = arriving.filter(({ line }) => line.includes('"trip_id":null,'));
    assert.ok(beats.length > 2000, `${beats.length} heartbeats`);
    const [{ arrival: after }] = arriving.slice(arriving.length / 2) as [(typeof arriving)[number]];
    const rest = arriving.filter(({ arrival }) => arrival > after);
    assert.deepEqual(await drain(feedOf(failing, { after })), rest);
    const last = new Map<number, number>();
    for (const { vehicle, recordId } of arriving) {
      assert.ok(recordId > (last.get(vehicle) ?? -1), `record ${recordId} arrives after a later one of its vehicle`);
      last.set(vehicle, recordId);
    }
  });

  it('is limited by rows at the same record as generate', async () => {
    const rows = Math.floor(dataset.rows * 0.7);
    const first = inOrderOfArrival(generated(dataset).slice(0, rows));
    assert.deepEqual(await drain(feedOf(dataset, { rows })), first);
  });

  it('holds records back in a dead zone, at most as long as the scenario declares', () => {
    const max = dataset.world.sensors.max_lateness_minutes * 60_000;
    let newest = 0;
    let late = 0;
    for (const { arrival, recordedAt } of expected) {
      newest = Math.max(newest, recordedAt);
      assert.ok(newest - recordedAt <= max);
      assert.ok(arrival - recordedAt <= max);
      if (recordedAt < newest - 60_000) late++;
    }
    assert.ok(late > 0, 'some records arrive more than a minute out of order');
  });

  it('continues after any time as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(expected.length - 1), async (i) => {
        const after = expected[i]!.arrival;
        const rest = expected.filter(({ arrival }) => arrival > after);
        assert.deepEqual(await drain(feedOf(dataset, { after })), rest);
      }),
      { numRuns: 6 },
    );
  });

  it('stops at a time and at a number, and gives a lower bound of the next arrival', async () => {
    const feed = feedOf(dataset);
    const middle = expected[Math.floor(expected.length / 2)]!.arrival;
    const first = await drain(feed, middle);
    assert.deepEqual(first, expected.slice(0, first.length));
    assert.ok(first.at(-1)!.arrival <= middle);
    assert.ok(feed.next() > middle);
    assert.ok(feed.next() <= expected[first.length]!.arrival);
    const next = await drain(feed, Number.POSITIVE_INFINITY, 7);
    assert.deepEqual(next, expected.slice(first.length, first.length + 7));
    await drain(feed);
    assert.equal(feed.next(), Number.POSITIVE_INFINITY);
  });

  it('skips the vehicles of other feeds; together they give everything', async () => {
    const parts = await Promise.all(
      [0, 1, 2].map((part) => drain(feedOf(dataset, { includes: (vehicle) => vehicle % 3 === part }))),
    );
    parts.forEach((messages, part) => {
      assert.ok(messages.every(({ vehicle }) => vehicle % 3 === part));
    });
    assert.deepEqual(inOrderOfArrival(parts.flat()), expected);
  });

  it('continues day after day with the record_ids of a longer window', async () => {
    const endless = feedOf(smallDataset({ days: 1 }), {
      rows: Number.POSITIVE_INFINITY,
      days: Number.POSITIVE_INFINITY,
    });
    const until = (dataset.firstDay + 2) * 86_400_000;
    const messages = await drain(endless, until);
    const longer = inOrderOfArrival(generated(smallDataset({ days: 4 })));
    assert.deepEqual(
      messages,
      longer.filter(({ arrival }) => arrival <= until),
    );
    assert.ok(endless.next() < Number.POSITIVE_INFINITY);
  });

  it('shifts the times that are written, and nothing else', async () => {
    const shiftMs = 123_456_789;
    const feed = feedOf(dataset);
    feed.shiftMs = shiftMs;
    const shifted = await drain(feed, Number.POSITIVE_INFINITY, 50);
    shifted.forEach((message, i) => {
      const plain = JSON.parse(expected[i]!.line);
      assert.equal(message.arrival, expected[i]!.arrival);
      assert.equal(message.recordedAt, expected[i]!.recordedAt + shiftMs);
      const later = (time: string) => new Date(Date.parse(time) + shiftMs).toISOString();
      assert.deepEqual(JSON.parse(message.line), {
        ...plain,
        recorded_at: later(plain.recorded_at),
        received_at: later(plain.received_at),
      });
    });
  });
});
