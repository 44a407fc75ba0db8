/**
 * What the workers of a stream share: how far each one's delivered messages reach in virtual time, how many messages have
 * left, and what has been delivered. Nobody sends a message that arrives more than a second after another's earliest
 * undelivered one, or a reader's watermark would promise nothing.
 */
export const MAX_SPREAD_MS = 1000;

const TAKEN = 0;
const DELIVERED = 1;
const BYTES = 2;
const COUNTERS = 3;
const NO_MORE = 2n ** 62n;

export class SharedClock {
  private readonly slots: BigInt64Array;

  constructor(
    readonly memory: SharedArrayBuffer,
    private readonly worker: number,
  ) {
    this.slots = new BigInt64Array(memory);
  }

  static memoryFor(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer((COUNTERS + workers) * BigInt64Array.BYTES_PER_ELEMENT);
  }

  /** This worker has delivered everything that arrives before this virtual time; Infinity at its end. */
  publish(earliest: number): void {
    const value = earliest === Number.POSITIVE_INFINITY ? NO_MORE : BigInt(Math.floor(earliest));
    Atomics.store(this.slots, COUNTERS + this.worker, value);
  }

  /** The latest virtual arrival that this worker may send now. */
  limit(): number {
    let earliest = NO_MORE;
    for (let i = COUNTERS; i < this.slots.length; i++) {
      if (i === COUNTERS + this.worker) continue;
      const value = Atomics.load(this.slots, i);
      if (value < earliest) earliest = value;
    }
    return earliest === NO_MORE ? Number.POSITIVE_INFINITY : Number(earliest) + MAX_SPREAD_MS;
  }

  /** Reserves at most `wanted` of the `allowed` messages of all workers; returns how many. */
  reserve(allowed: number, wanted: number): number {
    if (allowed === Number.POSITIVE_INFINITY) return wanted;
    for (;;) {
      const taken = Atomics.load(this.slots, TAKEN);
      const count = Math.min(wanted, allowed - Number(taken));
      if (count <= 0) return 0;
      if (Atomics.compareExchange(this.slots, TAKEN, taken, taken + BigInt(count)) === taken) return count;
    }
  }

  /** Gives back what was reserved and not used. */
  release(count: number): void {
    if (count > 0) Atomics.sub(this.slots, TAKEN, BigInt(count));
  }

  countDelivered(messages: number, bytes: number): void {
    Atomics.add(this.slots, DELIVERED, BigInt(messages));
    Atomics.add(this.slots, BYTES, BigInt(bytes));
  }

  delivered(): number {
    return Number(Atomics.load(this.slots, DELIVERED));
  }

  bytes(): number {
    return Number(Atomics.load(this.slots, BYTES));
  }
}
