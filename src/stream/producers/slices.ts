/**
 * Keeps the producers of a stream together in virtual time. The timeline is cut into slices, and no producer sends from
 * a slice before all have delivered the previous one; meanwhile each prepares its messages. A slice lasts a second, or
 * longer where more than that is due, as synchronising every second would cost a round trip for a handful of messages.
 * So paced producers are at most a second apart, and those at full speed a few requests.
 */
import { HOUR_MS } from '../../base/time.js';
import type { SharedClock, SliceEnds } from './shared-clock.js';

const MIN_MS = 1000;
/** Longest slice: the density of a quiet night says little about the morning. */
const MAX_MS = 6 * HOUR_MS;
const GROWTH = 4;
/**
 * Messages per slice and worker, about two blocks: with fewer they would often wait, with more they would be further
 * apart.
 */
const MESSAGES = 1500;

export class Slices {
  private readonly isOnlyWorker: boolean;
  /** The slice that this worker takes from: `from` (exclusive) to `to` (inclusive). */
  private from = Number.NEGATIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;
  private taken = 0;
  private open = true;

  constructor(private readonly clock: SharedClock) {
    this.isOnlyWorker = clock.workers === 1;
  }

  /**
   * The end of the slice to take from, in virtual milliseconds; less than `next`, the time of this worker's next
   * message, while the slice isn't known. `due`: virtual time up to which messages are due; `allowed`: how many may
   * have been sent by now.
   */
  take(next: number, due: number, allowed: number): number {
    if (this.isOnlyWorker) return Number.POSITIVE_INFINITY;
    let borders = this.clock.borders();
    if (next > borders.ahead && next <= due && next !== Number.POSITIVE_INFINITY) {
      this.extend(borders, due, allowed);
      borders = this.clock.borders();
    }
    const { open, ahead } = borders;
    if (next <= open) this.enter(this.to, open, true);
    else if (next <= ahead) this.enter(open, ahead, false);
    return next <= open ? open : ahead;
  }

  /** Counts messages that this worker has taken from the slice. */
  count(messages: number): void {
    this.taken += messages;
  }

  /** Whether all workers have delivered everything before the slice. */
  begun(): boolean {
    this.open ||= this.clock.deliveredBefore() > this.from;
    return this.open;
  }

  private enter(from: number, to: number, open: boolean): void {
    if (to === this.to) return;
    this.clock.publishDensity((this.taken / (this.to - this.from)) * HOUR_MS || 0);
    this.from = from;
    this.to = to;
    this.taken = 0;
    this.open = open;
  }

  /** Appends a slice to the two known ones if all workers are done with the first. */
  private extend(borders: SliceEnds, due: number, allowed: number): void {
    const { open, ahead } = borders;
    const earliest = this.clock.deliveredBefore();
    if (open === ahead || earliest <= open) return;
    const start = Math.max(ahead, Math.min(earliest - 1, due));
    const messages = Math.min(MESSAGES * this.clock.workers, Math.max(1, this.clock.unreserved(allowed)));
    const full = (messages / this.clock.density()) * HOUR_MS;
    const longest = Math.min(MAX_MS, GROWTH * (ahead - open), due - start);
    const span = Math.max(MIN_MS, Math.min(longest, full));
    this.clock.advance(borders, Math.floor(start + span));
  }
}
