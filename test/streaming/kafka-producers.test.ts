/** Several producers of one stream: together they deliver what one does, also across an interruption. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Broker,
  type Consumed,
  consume,
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

describe('producers of a stream', () => {
  for (const workers of ['1', '2', '6', '8']) {
    it(`delivers from ${workers} producers`, async () => {
      const args = [...SMALL, '--to', broker.url(`by${workers}`), ...SIX, '--workers', workers, '--json'];
      const summary = JSON.parse(await streamed(args));
      assert.ok(summary.workers <= Math.min(Number(workers), 6));
      assert.ok(workers === '1' || summary.workers > 1);
      await assertOnceEach(await consume(broker, `by${workers}`));
    });
  }

  for (const workers of ['1', '3']) {
    it(`continues after an interruption of ${workers} without loss or duplicates`, async () => {
      const topic = `interrupted${workers}`;
      const args = [...SMALL, '--to', broker.url(topic), ...SIX, '--rate', '2000/s', '--workers', workers];
      const first = startStream(args);
      await untilTopicHolds(broker, topic, 1000, first);
      first.signal('SIGINT');
      const { code, stderr } = await first.result;
      assert.equal(code, 130, stderr);
      const position = /--resume-from (\S+)/.exec(stderr)?.[1];
      assert.ok(position !== undefined, stderr);
      const before = await consume(broker, topic);
      assert.ok(before.length > 0 && before.length < ROWS);
      assert.ok(stderr.includes(`${before.length} messages are delivered`), stderr);
      await streamed([...SMALL, '--to', broker.url(topic), '--resume-from', position]);
      await assertOnceEach(await consume(broker, topic));
    });
  }

  it('continues after two are interrupted at full speed, each in a different slice', async () => {
    const fleet = ['--vehicles', '60', '--days', '7'];
    const first = startStream([...fleet, '--to', broker.url('fast'), ...SIX, '--workers', '2']);
    await untilTopicHolds(broker, 'fast', 20_000, first);
    first.signal('SIGINT');
    const { code, stderr } = await first.result;
    assert.equal(code, 130, stderr);
    const position = /--resume-from (\S+)/.exec(stderr)![1]!;
    const rest = JSON.parse(
      await streamed([...fleet, '--to', broker.url('fast'), '--resume-from', position, '--json']),
    );
    const ids = (await consume(broker, 'fast')).map(({ value }) => JSON.parse(value).record_id);
    assert.ok(rest.rows > 0 && rest.rows < ids.length);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(
      ids.reduce((max, id) => Math.max(max, id), 0),
      ids.length - 1,
    );
  });
});
