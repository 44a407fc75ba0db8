import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as later } from 'node:timers/promises';
import type { MessageBlock } from '#src/stream/message-block.js';
import { MessagePacer } from '#src/stream/producers/message-pacer.js';
import { type PumpControl, PumpProgress, pump } from '#src/stream/producers/pump.js';
import { SharedClock } from '#src/stream/producers/shared-clock.js';
import { Slices } from '#src/stream/producers/slices.js';
import type { MessageSink } from '#src/stream/sinks/message-sink.js';
import { feedOf, generated, inOrderOfArrival, type Message, messagesOf, smallDataset } from '../messages.js';

const NO_END = Number.POSITIVE_INFINITY;

function workers(count: number): { clock: SharedClock; slices: Slices }[] {
  const memory = SharedClock.memoryFor(count);
  return Array.from({ length: count }, (_, worker) => {
    const clock = new SharedClock(memory, worker);
    return { clock, slices: new Slices(clock) };
  });
}

describe('slices', () => {
  it('do not limit a single worker', () => {
    const [only] = workers(1);
    only!.clock.publish(5);
    assert.equal(only!.slices.take(5, NO_END, NO_END), NO_END);
    assert.equal(only!.slices.begun(), true);
  });

  it('let a worker prepare the next slice, and send it once the others have delivered the current one', () => {
    const [a, b] = workers(2);
    a!.clock.publish(10_000);
    b!.clock.publish(10_400);
    const first = a!.slices.take(10_000, NO_END, NO_END);
    assert.equal(first, 10_999);
    assert.equal(a!.slices.begun(), true);
    assert.equal(b!.slices.take(10_400, NO_END, NO_END), first);
    a!.clock.publish(11_500);
    const second = a!.slices.take(11_500, NO_END, NO_END);
    assert.ok(second >= first + 1000);
    assert.equal(a!.slices.begun(), false);
    // One slice ahead, and no more.
    assert.ok(a!.slices.take(second + 1, NO_END, NO_END) <= second);
    b!.clock.publish(first);
    assert.equal(a!.slices.begun(), false);
    b!.clock.publish(first + 1);
    assert.equal(a!.slices.begun(), true);
  });

  it('last a second when paced, and longer while more than that is due', () => {
    const [a, b] = workers(2);
    let now = 50_000;
    for (const behind of [0, 0, 0, 0, 7000, 0, 0]) {
      a!.clock.publish(now);
      b!.clock.publish(now);
      const end = a!.slices.take(now, now + behind, NO_END);
      assert.ok(end - now <= Math.max(1000, behind), `${end - now} ms`);
      now = end + 1;
    }
  });

  it('grow until they hold enough messages for each worker, or as many as the rate allows', () => {
    for (const allowed of [NO_END, 100]) {
      const [a, b] = workers(2);
      let messages = 0;
      let [from, to] = [0, 0];
      for (let i = 0; i < 20; i++) {
        a!.clock.publish(to + 1);
        b!.clock.publish(to + 1);
        from = to;
        to = a!.slices.take(to + 1, NO_END, allowed);
        b!.slices.take(from + 1, NO_END, allowed);
        // Both have a message every ten seconds.
        messages = Math.round((to - from) / 10_000);
        a!.slices.count(messages);
        b!.slices.count(messages);
      }
      const expected = allowed === NO_END ? 1500 : 50;
      assert.ok(Math.abs(messages - expected) <= expected / 10, `${messages} messages in a slice`);
    }
  });
});

describe('pumps that share a clock', () => {
  const dataset = smallDataset({ vehicles: 12 });
  const expected = inOrderOfArrival(generated(dataset));
  const FREE = { speed: NO_END, rate: NO_END, batchEveryMs: 0 };

  /** Three pumps into slow in-memory sinks; checks at every send that none is further ahead than allowed. */
  function arrange(control: (worker: number) => PumpControl): {
    received: Message[][];
    sends: () => number;
    run: Promise<unknown>;
  } {
    const memory = SharedClock.memoryFor(3);
    let sends = 0;
    const received: Message[][] = [[], [], []];
    const runs = received.map((taken, worker) => {
      const clock = new SharedClock(memory, worker);
      let added: MessageBlock | undefined;
      let underWay = Promise.resolve();
      const deliver = async (messages: readonly Message[]): Promise<void> => {
        for (let i = 0; i <= (sends + worker) % 5; i++) await later();
        taken.push(...messages);
      };
      const sink: MessageSink = {
        add(block) {
          added = block;
        },
        async send() {
          sends++;
          const messages = messagesOf(added!);
          const { open, ahead } = clock.borders();
          const last = messages.at(-1)!.arrival;
          assert.ok(last <= ahead);
          assert.ok(last <= open || clock.deliveredBefore() > open, 'sent before all had delivered the slice before');
          await underWay;
          underWay = deliver(messages);
        },
        flush: () => underWay,
        close: async () => {},
      };
      const feed = feedOf(dataset, { includes: (vehicle) => vehicle % 3 === worker });
      const progress = new PumpProgress(Number.NEGATIVE_INFINITY);
      const pace = new MessagePacer(FREE, expected[0]!.arrival, Date.now());
      return { clock, feed, start: () => pump({ feed, sink, pace, clock, control: control(worker), progress }) };
    });
    for (const { clock, feed } of runs) clock.publish(feed.next());
    const run = Promise.all(runs.map(({ clock, start }) => start().finally(() => clock.publish(NO_END))));
    return { received, sends: () => sends, run };
  }

  it('move everything in order, in step and in few batches', async () => {
    const { received, sends, run } = arrange(() => ({ stopping: () => false, agreeOnEnd: async (last) => last }));
    await run;
    for (const [worker, messages] of received.entries()) {
      assert.deepEqual(
        messages,
        expected.filter(({ vehicle }) => vehicle % 3 === worker),
      );
    }
    // A batch for each virtual second would be thousands.
    assert.ok(sends() < 150, `${sends()} pieces for ${expected.length} messages`);
  });

  it('stop at the same time, whatever each is waiting for', async () => {
    const reached: number[] = [];
    let agree: (at: number) => void = () => {};
    const agreed = new Promise<number>((resolve) => {
      agree = resolve;
    });
    let polls = 0;
    const control: PumpControl = {
      stopping: () => ++polls > 40,
      agreeOnEnd(last) {
        reached.push(last);
        if (reached.length === 3) agree(Math.max(...reached));
        return agreed;
      },
    };
    const { received, run } = arrange(() => control);
    await run;
    const at = await agreed;
    assert.ok(at > expected[0]!.arrival && at < expected.at(-1)!.arrival);
    assert.deepEqual(
      inOrderOfArrival(received.flat()),
      expected.filter(({ arrival }) => arrival <= at),
    );
  });
});
