import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Broker,
  type Consumed,
  consume,
  kcat,
  startBroker,
  startStream,
  streamed,
  untilTopicHolds,
} from './kafka-fixture.js';

const SIX = ['--create-topic', 'partitions=6'];
const ROWS = 40_000;
const SMALL = ['--rows', String(ROWS)];

let broker: Broker;
before(async () => {
  broker = await startBroker();
});
after(() => broker.stop());

let expectedLines: string[] | undefined;
/** What standard output gets, in order of arrival. */
async function expected(): Promise<string[]> {
  expectedLines ??= (await streamed([...SMALL, '--quiet'])).split('\n').slice(0, -1);
  return expectedLines;
}

async function assertOnceEach(messages: readonly Consumed[]): Promise<void> {
  assert.equal(messages.length, ROWS);
  assert.deepEqual(messages.map(({ value }) => value).sort(), [...(await expected())].sort());
}

describe('stream into Kafka', () => {
  it('delivers every record once, as an ordinary consumer reads it, in order of arrival in each partition', async () => {
    const summary = JSON.parse(await streamed([...SMALL, '--to', broker.url('plain'), ...SIX, '--json']));
    assert.equal(summary.rows, ROWS);
    assert.equal(summary.partitions, 6);
    const messages = await consume(broker, 'plain');
    await assertOnceEach(messages);
    const newest = new Map<number, number>();
    const homes = new Map<string, number>();
    for (const { partition, key, timestamp, headers, value } of messages) {
      const record = JSON.parse(value);
      assert.equal(key, record.vehicle_id);
      assert.equal(timestamp, Date.parse(record.recorded_at));
      assert.equal(
        headers,
        `fleetgen-run-id=${summary.runId},fleetgen-schema-version=1,fleetgen-scenario-hash=${summary.scenarioHash}`,
      );
      assert.equal(homes.get(key) ?? partition, partition, `${key} keeps its partition`);
      homes.set(key, partition);
      const arrival = Date.parse(record.received_at);
      assert.ok(arrival >= (newest.get(partition) ?? 0));
      newest.set(partition, arrival);
    }
    assert.ok(newest.size > 1);
    await assertPartitioner(homes);
  });

  for (const compression of ['none', 'gzip', 'snappy']) {
    it(`delivers with compression ${compression}`, async () => {
      await streamed([...SMALL, '--to', broker.url(compression), ...SIX, '--compression', compression]);
      await assertOnceEach(await consume(broker, compression));
    });
  }

  /** A stream whose broker is killed under it and started again; returns what the topic then holds. */
  async function restarted(topic: string, args: readonly string[]): Promise<Consumed[]> {
    const running = startStream([...args, '--to', broker.url(topic), ...SIX, '--rate', '5000/s', '--json']);
    await untilTopicHolds(broker, topic, 5000, running);
    await broker.control('kill');
    await sleep(1000);
    await broker.control('start');
    const { code, stdout, stderr } = await running.result;
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).rows, ROWS);
    return await consume(broker, topic);
  }

  it('survives a broker that is killed and restarted, with every record of today once', async () => {
    const args = [...SMALL, '--start', 'today'];
    const lines = (await streamed([...args, '--quiet'])).split('\n').slice(0, -1);
    const values = (await restarted('restarted', args)).map(({ value }) => value);
    assert.equal(values.length, ROWS);
    assert.deepEqual(values.sort(), lines.sort());
  });

  it('survives that with every old record; duplicates have the same record_id', async () => {
    const values = (await restarted('old', [...SMALL, '--start', '2026-01-05'])).map(({ value }) => value);
    assert.deepEqual([...new Set(values)].sort(), [...(await expected())].sort());
  });

  it('loses nothing when the producer is killed and restarted; duplicates have the same record_id', async () => {
    const args = [...SMALL, '--to', broker.url('killed'), ...SIX];
    const first = startStream([...args, '--rate', '3000/s']);
    await untilTopicHolds(broker, 'killed', 2000, first);
    first.signal('SIGKILL');
    await first.result;
    await streamed(args);
    const messages = await consume(broker, 'killed');
    assert.ok(messages.length > ROWS);
    assert.deepEqual([...new Set(messages.map(({ value }) => value))].sort(), [...(await expected())].sort());
  });

  it('gives up after the deadline, and says where to continue', async () => {
    const running = startStream([...SMALL, '--to', broker.url('gone'), ...SIX, '--rate', '2000/s', '--deadline', '5s']);
    await untilTopicHolds(broker, 'gone', 1000, running);
    await broker.control('kill');
    const { code, stderr } = await running.result;
    await broker.control('start');
    assert.equal(code, 1);
    assert.match(stderr, /^fleetgen: .* accepted no messages for 5 s .*--resume-from \S+\n$/);
    await streamed([...SMALL, '--to', broker.url('gone'), '--resume-from', /--resume-from (\S+)/.exec(stderr)![1]!]);
    const values = (await consume(broker, 'gone')).map(({ value }) => value);
    // The last request before the deadline may have arrived unanswered.
    assert.deepEqual([...new Set(values)].sort(), [...(await expected())].sort());
  });

  it('refuses a missing topic, and creates nothing', async () => {
    const { code, stderr } = await startStream([...SMALL, '--to', broker.url('missing')]).result;
    assert.equal(code, 2);
    assert.match(stderr, /^fleetgen: .* has no such topic: add --create-topic partitions=6 .*\n$/);
    const { stdout } = await kcat(['-b', broker.address, '-L']);
    assert.ok(!stdout.includes('"missing"'));
  });

  it('refuses a topic with another number of partitions', async () => {
    await streamed(['--rows', '10', '--to', broker.url('three'), '--create-topic', 'partitions=3']);
    const { code, stderr } = await startStream(['--rows', '10', '--to', broker.url('three'), ...SIX]).result;
    assert.equal(code, 2);
    assert.match(stderr, /with 3 partitions, not 6/);
  });

  it('reports that no broker answers', async () => {
    const { code, stderr } = await startStream([...SMALL, '--to', 'kafka://127.0.0.1:1/t']).result;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^fleetgen: cannot reach kafka:\/\/127\.0\.0\.1:1\/t \(connection refused\): start the broker.*\n$/,
    );
  });
});

/** librdkafka's implementation of the Java partitioner puts the keys into the same partitions. */
async function assertPartitioner(homes: ReadonlyMap<string, number>): Promise<void> {
  await streamed(['--rows', '1', '--to', broker.url('keys'), ...SIX]);
  const input = [...homes.keys()].map((key) => `${key}:x\n`).join('');
  await kcat(['-b', broker.address, '-P', '-t', 'keys', '-K', ':', '-X', 'topic.partitioner=murmur2_random'], input);
  const found = (await consume(broker, 'keys')).filter(({ value }) => value === 'x');
  assert.equal(found.length, homes.size);
  for (const { key, partition } of found) assert.equal(partition, homes.get(key), key);
}
