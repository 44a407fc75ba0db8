/**
 * The bursts in which a trip's records get lost in transmission: in trip time, independent of the interval, and keyed
 * by the trip, so that the plan counts exactly what the simulator leaves out. A trip's first and last records are
 * re-sent until they arrive.
 */
import { Sfc32, STREAM } from '../../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../../random/tables.js';
import type { Reporting } from '../../world/tables/reporting-tables.js';

/** Later than any tick. */
const NEVER = 0x3fffffff;
/** More than the trips of a day. */
const TRIP_KEYS = 128;

export class LostBursts {
  /** The ticks of the burst: from (inclusive), to (exclusive); beyond all ticks after the last burst. */
  from = NEVER;
  to = NEVER;
  private ticks = 0;
  private untilMs = 0;
  private readonly random = new Sfc32();

  constructor(
    private readonly reporting: Reporting,
    private readonly seed: number,
    private readonly intervalMs: number,
  ) {}

  /** Moves to the first burst of a trip that affects a record. */
  start(vehicle: number, day: number, trip: number, ticks: number): void {
    const { random, reporting } = this;
    this.from = NEVER;
    this.to = NEVER;
    if (reporting.lostShare === 0) return;
    random.seed(this.seed, vehicle, day * TRIP_KEYS + trip, STREAM.lost);
    this.ticks = ticks;
    this.untilMs = 0;
    // A burst is in progress at the trip's start with its stationary probability.
    const fromMs = random.uniform() < reporting.lostShare ? 0 : this.exponential() * reporting.betweenMs;
    this.find(fromMs);
  }

  /** Advances to the next burst. */
  next(): void {
    this.find(this.untilMs + this.exponential() * this.reporting.betweenMs);
  }

  private find(fromMs: number): void {
    const { reporting, intervalMs, ticks } = this;
    for (let beginMs = fromMs; ; beginMs = this.untilMs + this.exponential() * reporting.betweenMs) {
      this.untilMs = beginMs + this.exponential() * reporting.burstMs;
      const from = Math.max(1, Math.ceil(beginMs / intervalMs));
      const to = Math.min(ticks, Math.ceil(this.untilMs / intervalMs));
      if (from >= ticks) {
        this.from = NEVER;
        this.to = NEVER;
        return;
      }
      if (from < to) {
        this.from = from;
        this.to = to;
        return;
      }
    }
  }

  private exponential(): number {
    return EXPONENTIAL[this.random.next() >>> TABLE_SHIFT]!;
  }
}
