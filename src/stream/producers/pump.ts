/** Moves messages from a feed to a sink, each when it is due, until the end or a request to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../feeds/feed.js';
import { MessageBlock } from '../message-block.js';
import type { MessageSink } from '../sinks/message-sink.js';
import type { MessagePacer } from './message-pacer.js';
import type { SharedClock } from './shared-clock.js';
import { Slices } from './slices.js';

/** A request to a broker holds one block; its batches stay below the usual limit of 1 MB even uncompressed. */
const BLOCK_BYTES = 640 * 1024;
const BLOCK_MESSAGES = 8192;
/** The longest wait for a message that is not due, or for another worker, before checking for a request to stop. */
const LONGEST_WAIT_MS = 25;
/** At a rate, messages leave in small groups this often. */
const RATE_POLL_MS = 5;

export interface PumpControl {
  /** Whether the stream has been asked to stop. */
  stopping(): boolean;
  /**
   * Reports the pump's position and returns the position at which all are to end, so that one time describes what was
   * delivered.
   */
  agreeOnEnd(lastTaken: number): Promise<number>;
}

/** A pump's progress, still valid after `pump` has thrown. */
export class PumpProgress {
  delivered = 0;
  bytes = 0;
  /** Every message up to and including this virtual time of arrival has been delivered; Infinity at the end. */
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
  readonly pace: MessagePacer;
  readonly clock: SharedClock;
  readonly control: PumpControl;
  readonly progress: PumpProgress;
}

/** Throws FleetgenError from the sink or the feed. */
export function pump(options: PumpOptions): Promise<void> {
  return new Pump(options).run();
}

class Pump {
  // One is filled while the sink holds the other.
  private block = new MessageBlock(BLOCK_BYTES, BLOCK_MESSAGES);
  private other = new MessageBlock(BLOCK_BYTES, BLOCK_MESSAGES);
  private readonly slices: Slices;
  private lastTaken: number;
  /** Virtual time at which a stopped stream ends. */
  private end: number | undefined;
  /** What the sink has not acknowledged yet. */
  private readonly sent = { messages: 0, bytes: 0, last: 0 };

  constructor(private readonly options: PumpOptions) {
    this.slices = new Slices(options.clock);
    this.lastTaken = options.progress.position;
  }

  async run(): Promise<void> {
    const { feed, pace, clock } = this.options;
    clock.publish(feed.next());
    for (;;) {
      await this.agreeOnEnd();
      const now = Date.now();
      const version = clock.version();
      const due = this.end ?? pace.dueUntil(now);
      const allowed = this.end === undefined ? pace.allowed(now) : Number.POSITIVE_INFINITY;
      const until = Math.min(due, this.slices.take(feed.next(), due, allowed));
      const max = clock.reserve(allowed, BLOCK_MESSAGES);
      const taken = await this.move(until, max, allowed);
      const next = feed.next();
      if (taken > 0 && next <= due && max === BLOCK_MESSAGES) continue;
      await this.flush(next);
      if (next === Number.POSITIVE_INFINITY || (this.end !== undefined && next > this.end)) return;
      if (next > due) await sleep(Math.max(1, Math.min(LONGEST_WAIT_MS, pace.waitMs(next, Date.now()))));
      else if (taken === 0 && next > until) await clock.moved(version, LONGEST_WAIT_MS);
      else if (pace.isRateLimited) await sleep(RATE_POLL_MS);
    }
  }

  /** Agrees with the other workers on the end of a stopped stream. */
  private async agreeOnEnd(): Promise<void> {
    const { control } = this.options;
    if (this.end === undefined && control.stopping()) this.end = await control.agreeOnEnd(this.lastTaken);
  }

  /** Hands a block to the sink: at most `max` messages, up to a virtual time; returns their number. */
  private async move(until: number, max: number, allowed: number): Promise<number> {
    const { feed, sink, clock } = this.options;
    const { block, sent } = this;
    block.clear();
    const taken = max === 0 ? 0 : await feed.take(block, until, max);
    if (allowed !== Number.POSITIVE_INFINITY) clock.release(max - taken);
    if (taken === 0) return 0;
    this.lastTaken = block.arrival[taken - 1]!;
    this.slices.count(taken);
    sink.add(block);
    await this.turn();
    await sink.send();
    this.confirm(block.arrival[0]!);
    sent.messages = taken;
    sent.bytes = block.used;
    sent.last = this.lastTaken;
    this.block = this.other;
    this.other = block;
    return taken;
  }

  /** Waits until the block may be sent, when all workers have delivered the previous slice. */
  private async turn(): Promise<void> {
    const { clock, control } = this.options;
    if (this.slices.begun()) return;
    await this.flush(this.block.arrival[0]!);
    for (;;) {
      const version = clock.version();
      if (this.slices.begun()) return;
      if (this.end === undefined && control.stopping()) await this.agreeOnEnd();
      else await clock.moved(version, LONGEST_WAIT_MS);
    }
  }

  private async flush(earliestUndelivered: number): Promise<void> {
    await this.options.sink.flush();
    this.confirm(earliestUndelivered);
  }

  private confirm(earliestUndelivered: number): void {
    const { progress, clock } = this.options;
    const { sent } = this;
    if (sent.messages > 0) {
      progress.delivered += sent.messages;
      progress.bytes += sent.bytes;
      progress.last = sent.last;
      clock.countDelivered(sent.messages, sent.bytes);
    }
    sent.messages = 0;
    sent.bytes = 0;
    // Other messages of the same millisecond may be undelivered.
    progress.position = earliestUndelivered - 1;
    clock.publish(earliestUndelivered);
  }
}
