/** The library's `stream` into Kafka. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { StreamError, stream } from '#src/index.js';
import { type Broker, consume, startBroker } from './kafka-fixture.js';

describe('the function stream into Kafka', () => {
  let broker: Broker;
  before(async () => {
    broker = await startBroker();
  });
  after(() => broker?.stop());

  it('creates the topic, delivers every message and sums up', async () => {
    const warnings: string[] = [];
    const summary = await stream({
      rows: 3000,
      vehicles: 30,
      seed: 5,
      to: broker.url('whole'),
      kafka: { createTopic: { partitions: 3 }, compression: 'gzip', deadlineMs: 30_000 },
      workers: 2,
      onWarning: (line) => warnings.push(line),
    });
    assert.deepEqual([summary.rows, summary.partitions, summary.workers], [3000, 3, 2]);
    const messages = await consume(broker, 'whole');
    assert.equal(messages.length, 3000);
    assert.equal(new Set(messages.map(({ value }) => JSON.parse(value).record_id)).size, 3000);
    assert.deepEqual(warnings, []);
  });

  it('says how much is delivered when it is aborted', async () => {
    const stopping = new AbortController();
    const onProgress = ({ messages }: { messages: number }) => {
      if (messages > 200) stopping.abort();
    };
    const kafka = { createTopic: { partitions: 2 } };
    const to = broker.url('stopped');
    const running = stream({ vehicles: 50, rate: 1000, to, kafka, signal: stopping.signal, onProgress });
    const error = await running.catch((reason: unknown) => reason);
    assert.ok(error instanceof StreamError);
    assert.equal(error.code, 'INTERRUPTED');
    assert.ok(error.delivered > 200 && error.position !== undefined);
    assert.equal((await consume(broker, 'stopped')).length, error.delivered);
  });

  it('refuses a topic that is missing', () =>
    assert.rejects(stream({ rows: 10, to: broker.url('missing') }), { exitCode: 2, code: 'KAFKA_TOPIC' }));
});
