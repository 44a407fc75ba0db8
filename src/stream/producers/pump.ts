/** Moves messages from a feed to a sink, each when it is due, until the end or until someone says stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../feeds/feed.js';
import { MessageBlock } from '../message-block.js';
import type { MessageSink } from '../sinks/message-sink.js';
import type { Pace } from './pace.js';
import type { SharedClock } from './shared-clock.js';
import { Slices } from './slices.js';

/** A request to a broker holds one block; its batches stay below the usual limit of 1 MB even uncompressed. */
const BLOCK_BYTES = 640 * 1024;
const BLOCK_MESSAGES = 8192;
/** The longest wait for a message that is not due, or for another worker: someone may say stop. */
const LONGEST_WAIT_MS = 25;
/** At a rate, messages leave in small groups this often. */
const RATE_POLL_MS = 5;

export interface Control {
  /** True once the stream is to end before its end. */
  stopping(): boolean;
  /** Says how far this pump got and hears up to where all are to go, so that one time describes what was delivered. */
  agreeOnEnd(lastTaken: number): Promise<number>;
}

/** How far a pump is; it stays right when `pump` throws. */
export class PumpProgress {
  delivered = 0;
  bytes = 0;
  /** Every message that arrives at this virtual time or before has been delivered; Infinity at the end. */
  position: number;
  /** Arrival of the last message delivered. */
  last = Number.NEGATIVE_INFINITY;

  constructor(after: number) {
    this.position = after;
  }
}

export interface PumpOptions {
  readonly feed: Feed;
  readonly sink: MessageSink;
  readonly pace: Pace;
  readonly clock: SharedClock;
  readonly control: Control;
  readonly progress: PumpProgress;
}

/** Throws FleetgenError from the sink or the feed. */
export async function pump({ feed, sink, pace, clock, control, progress }: PumpOptions): Promise<void> {
  // One fills while the sink holds the other.
  let block = new MessageBlock(BLOCK_BYTES, BLOCK_MESSAGES);
  let other = new MessageBlock(BLOCK_BYTES, BLOCK_MESSAGES);
  let lastTaken = progress.position;
  let end: number | undefined;
  const sent = { messages: 0, bytes: 0, last: 0 };

  const confirm = (earliestUndelivered: number): void => {
    if (sent.messages > 0) {
      progress.delivered += sent.messages;
      progress.bytes += sent.bytes;
      progress.last = sent.last;
      clock.countDelivered(sent.messages, sent.bytes);
    }
    sent.messages = 0;
    sent.bytes = 0;
    // Others of the same millisecond may still be under way.
    progress.position = earliestUndelivered - 1;
    clock.publish(earliestUndelivered);
  };

  const slices = new Slices(clock);
  /** The block may leave once all workers have delivered the slice before its own. */
  const turn = async (): Promise<void> => {
    if (slices.begun()) return;
    await sink.flush();
    confirm(block.arrival[0]!);
    for (;;) {
      const version = clock.version();
      if (slices.begun()) return;
      if (end === undefined && control.stopping()) end = await control.agreeOnEnd(lastTaken);
      else await clock.moved(version, LONGEST_WAIT_MS);
    }
  };

  clock.publish(feed.next());
  for (;;) {
    if (end === undefined && control.stopping()) end = await control.agreeOnEnd(lastTaken);
    const now = Date.now();
    const version = clock.version();
    const due = end ?? pace.dueUntil(now);
    const allowed = end === undefined ? pace.allowed(now) : Number.POSITIVE_INFINITY;
    const until = Math.min(due, slices.take(feed.next(), due, allowed));
    const most = clock.reserve(allowed, BLOCK_MESSAGES);
    block.clear();
    const taken = most === 0 ? 0 : await feed.take(block, until, most);
    if (allowed !== Number.POSITIVE_INFINITY) clock.release(most - taken);
    if (taken > 0) {
      lastTaken = block.arrival[taken - 1]!;
      slices.count(taken);
      sink.add(block);
      await turn();
      await sink.send();
      confirm(block.arrival[0]!);
      sent.messages = taken;
      sent.bytes = block.used;
      sent.last = lastTaken;
      [block, other] = [other, block];
    }
    const next = feed.next();
    if (taken > 0 && next <= due && most === BLOCK_MESSAGES) continue;
    await sink.flush();
    confirm(next);
    if (next === Number.POSITIVE_INFINITY || (end !== undefined && next > end)) return;
    if (next > due) await sleep(Math.max(1, Math.min(LONGEST_WAIT_MS, pace.waitMs(next, Date.now()))));
    else if (taken === 0 && next > until) await clock.moved(version, LONGEST_WAIT_MS);
    else if (pace.limited) await sleep(RATE_POLL_MS);
  }
}
