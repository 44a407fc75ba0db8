import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageBlock } from '#src/stream/message-block.js';
import { MessagePacer } from '#src/stream/producers/message-pacer.js';
import { type PumpControl, PumpProgress, pump } from '#src/stream/producers/pump.js';
import { SharedClock } from '#src/stream/producers/shared-clock.js';
import type { MessageSink } from '#src/stream/sinks/message-sink.js';
import { feedOf, generated, inOrderOfArrival, type Message, messagesOf, smallDataset } from '../messages.js';

const dataset = smallDataset({ vehicles: 4 });
const expected = inOrderOfArrival(generated(dataset));
const FREE = { speed: Number.POSITIVE_INFINITY, rate: Number.POSITIVE_INFINITY, batchEveryMs: 0 };
const NEVER: PumpControl = { stopping: () => false, agreeOnEnd: async (last) => last };

interface Arranged {
  readonly received: Message[];
  readonly progress: PumpProgress;
  readonly run: Promise<void>;
}

/** Runs a pump into memory that reads a block as late as a sink may; `failAt`: the block whose delivery fails. */
function arrange(control: PumpControl, pace = FREE, failAt = Number.POSITIVE_INFINITY): Arranged {
  const received: Message[] = [];
  let blocks = 0;
  let added: MessageBlock | undefined;
  let held: MessageBlock | undefined;
  const flush = async (): Promise<void> => {
    if (held !== undefined) received.push(...messagesOf(held));
    held = undefined;
  };
  const sink: MessageSink = {
    add(block) {
      added = block;
    },
    async send() {
      if (++blocks >= failAt) throw new Error('the sink is gone');
      await flush();
      held = added;
    },
    flush,
    close: async () => {},
  };
  const clock = new SharedClock(SharedClock.memoryFor(1), 0);
  const progress = new PumpProgress(Number.NEGATIVE_INFINITY);
  const start = new MessagePacer(pace, expected[0]!.arrival, Date.now());
  const run = pump({ feed: feedOf(dataset), sink, pace: start, clock, control, progress });
  return { received, progress, run };
}

describe('pump', () => {
  it('moves everything, in order, and counts it', async () => {
    const { received, progress, run } = arrange(NEVER);
    await run;
    assert.deepEqual(received, expected);
    assert.equal(progress.delivered, expected.length);
    assert.equal(
      progress.bytes,
      expected.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0),
    );
    assert.equal(progress.last, expected.at(-1)!.arrival);
    assert.equal(progress.position, Number.POSITIVE_INFINITY);
  });

  it('moves everything at a rate and in bursts too', async () => {
    for (const pace of [
      { ...FREE, rate: 1e6 },
      { ...FREE, rate: 1e6, batchEveryMs: 20 },
      { ...FREE, speed: 1e6 },
    ]) {
      const { received, run } = arrange(NEVER, pace);
      await run;
      assert.deepEqual(received, expected);
    }
  });

  it('never moves more than a rate allows', async () => {
    const rate = 20_000;
    const started = Date.now();
    const { received, run } = arrange(NEVER, { ...FREE, rate });
    await run;
    assert.ok(received.length <= ((Date.now() - started) * rate) / 1000);
  });

  it('stops at the agreed position, with every message up to there and none after', async () => {
    const at = expected[Math.floor(expected.length / 2)]!.arrival;
    const { received, progress, run } = arrange({ stopping: () => true, agreeOnEnd: async () => at });
    await run;
    assert.deepEqual(
      received,
      expected.filter(({ arrival }) => arrival <= at),
    );
    assert.ok(progress.position >= at);
    assert.equal(progress.last, at);
  });

  it('reports after a failure the time up to which everything has been delivered', async () => {
    const { received, progress, run } = arrange(NEVER, { ...FREE, speed: 1e6 }, 4);
    await assert.rejects(run, /the sink is gone/);
    assert.ok(progress.delivered > 0 && progress.delivered <= received.length);
    const due = expected.filter(({ arrival }) => arrival <= progress.position).length;
    assert.ok(due <= progress.delivered, `${due} messages up to the position, ${progress.delivered} delivered`);
  });
});
