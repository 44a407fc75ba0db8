/**
 * What the workers of a stream share: how far each one's delivered messages reach in virtual time, how many messages have
 * left, and what has been delivered. Nobody sends a message that arrives more than a second after another's earliest
 * undelivered one, or a reader's watermark would promise nothing.
 */
export const MAX_SPREAD_MS = 1000;

/** Slots of 64 bits; the first one's 32 bits count how often a clock moved. */
const MOVES = 0;
const TAKEN = 1;
const DELIVERED = 2;
const BYTES = 3;
const COUNTERS = 4;
const NO_MORE = 2n ** 62n;

/** Part of ECMAScript 2024, and in Node since version 16; the compiler's library knows it later. */
interface WaitAsync {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ): { readonly async: boolean; readonly value: Promise<string> | string };
}

export class SharedClock {
  private readonly slots: BigInt64Array;
  private readonly moves: Int32Array;

  constructor(
    readonly memory: SharedArrayBuffer,
    private readonly worker: number,
  ) {
    this.slots = new BigInt64Array(memory);
    this.moves = new Int32Array(memory, MOVES, 1);
  }

  static memoryFor(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer((COUNTERS + workers) * BigInt64Array.BYTES_PER_ELEMENT);
  }

  /** This worker has delivered everything that arrives before this virtual time; Infinity at its end. */
  publish(earliest: number): void {
    const value = earliest === Number.POSITIVE_INFINITY ? NO_MORE : BigInt(Math.floor(earliest));
    const before = Atomics.exchange(this.slots, COUNTERS + this.worker, value);
    if (before === value) return;
    Atomics.add(this.moves, 0, 1);
    Atomics.notify(this.moves, 0);
  }

  /** A number that changes whenever a worker publishes. */
  version(): number {
    return Atomics.load(this.moves, 0);
  }

  /** Resolves when a worker has published since `version`, or after the time. */
  async moved(version: number, timeoutMs: number): Promise<void> {
    await (Atomics as unknown as WaitAsync).waitAsync(this.moves, 0, version, timeoutMs).value;
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
