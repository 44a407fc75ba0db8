/** When messages are due: by virtual time against the wall clock, at a rate, or at once; optionally in bursts. */

export interface PaceSettings {
  /** Virtual seconds per second; Infinity for no pace. */
  readonly speed: number;
  /** Messages per second over all workers; Infinity for no limit. */
  readonly rate: number;
  /** Milliseconds between bursts; 0 for a steady flow. */
  readonly batchEveryMs: number;
}

export class MessagePacer {
  /** `startMs`: virtual time at which the wall clock shows `wallStartMs`. */
  constructor(
    private readonly settings: PaceSettings,
    private readonly startMs: number,
    private readonly wallStartMs: number,
  ) {}

  /** Whether a rate limits the number of messages. */
  get isRateLimited(): boolean {
    return this.settings.rate !== Number.POSITIVE_INFINITY;
  }

  /** Messages that arrive up to and including this virtual time are due. */
  dueUntil(wallMs: number): number {
    const { speed } = this.settings;
    return speed === Number.POSITIVE_INFINITY ? speed : this.startMs + this.elapsed(wallMs) * speed;
  }

  /** How many messages all workers together may have sent by now. */
  allowed(wallMs: number): number {
    const { rate } = this.settings;
    return rate === Number.POSITIVE_INFINITY ? rate : Math.floor((this.elapsed(wallMs) * rate) / 1000);
  }

  /** Milliseconds until a message with this virtual arrival is due; ignores the rate. */
  waitMs(arrival: number, wallMs: number): number {
    const { speed, batchEveryMs } = this.settings;
    if (speed === Number.POSITIVE_INFINITY) return 0;
    const due = (arrival - this.startMs) / speed;
    const burst = batchEveryMs > 0 ? Math.ceil(due / batchEveryMs) * batchEveryMs : due;
    return this.wallStartMs + burst - wallMs;
  }

  /** Milliseconds since the start; with bursts, up to the last one. */
  private elapsed(wallMs: number): number {
    const { batchEveryMs } = this.settings;
    const elapsed = Math.max(0, wallMs - this.wallStartMs);
    return batchEveryMs > 0 ? Math.floor(elapsed / batchEveryMs) * batchEveryMs : elapsed;
  }
}
