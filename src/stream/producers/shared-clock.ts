/**
 * What the workers of a stream share: how far each one's delivered messages reach in virtual time, where its slices end
 * (slices.ts), how many messages have left, and what has been delivered.
 */

/** Slots of 64 bits; the first one's 32 bits count how often something moved that a worker may wait for. */
const MOVES = 0;
const TAKEN = 1;
const DELIVERED = 2;
const BYTES = 3;
const OPEN = 4;
const AHEAD = 5;
const COUNTERS = 6;
const NO_MORE = 2n ** 62n;
const BEFORE_ALL = -(2n ** 53n);

/** Part of ECMAScript 2024, and in Node since version 16; the compiler's library knows it later. */
interface WaitAsync {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ): { readonly async: boolean; readonly value: Promise<string> | string };
}

/** Ends of two slices that follow each other, virtual milliseconds: of the one that anyone may send, and of the next. */
export interface Borders {
  readonly open: number;
  readonly ahead: number;
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
    const memory = new SharedArrayBuffer((COUNTERS + 2 * workers) * BigInt64Array.BYTES_PER_ELEMENT);
    new BigInt64Array(memory).set([BEFORE_ALL, BEFORE_ALL + 1n], OPEN);
    return memory;
  }

  get workers(): number {
    return (this.slots.length - COUNTERS) / 2;
  }

  /** This worker has delivered everything that arrives before this virtual time; Infinity at its end. */
  publish(earliest: number): void {
    const value = earliest === Number.POSITIVE_INFINITY ? NO_MORE : BigInt(Math.floor(earliest));
    if (Atomics.exchange(this.slots, COUNTERS + this.worker, value) !== value) this.notify();
  }

  /** What all workers have delivered: everything that arrives before this virtual time; Infinity once all have ended. */
  deliveredBefore(): number {
    let earliest = NO_MORE;
    for (let i = 0; i < this.workers; i++) {
      const value = Atomics.load(this.slots, COUNTERS + i);
      if (value < earliest) earliest = value;
    }
    return earliest === NO_MORE ? Number.POSITIVE_INFINITY : Number(earliest);
  }

  /** A number that changes whenever a worker publishes or a slice begins. */
  version(): number {
    return Atomics.load(this.moves, 0);
  }

  /** Resolves when that number is no longer `version`, or after the time. */
  async moved(version: number, timeoutMs: number): Promise<void> {
    await (Atomics as unknown as WaitAsync).waitAsync(this.moves, 0, version, timeoutMs).value;
  }

  /** Both of one moment; `open` equals `ahead` for the instant in which another worker advances them. */
  borders(): Borders {
    for (;;) {
      const open = Atomics.load(this.slots, OPEN);
      const ahead = Atomics.load(this.slots, AHEAD);
      if (Atomics.load(this.slots, OPEN) === open) return { open: Number(open), ahead: Number(ahead) };
    }
  }

  /** Opens the slice ahead and puts one behind it that ends at `end`, a whole number, unless another worker just did. */
  advance({ open, ahead }: Borders, end: number): void {
    if (Atomics.compareExchange(this.slots, OPEN, BigInt(open), BigInt(ahead)) !== BigInt(open)) return;
    Atomics.store(this.slots, AHEAD, BigInt(end));
    this.notify();
  }

  /** Messages of this worker in a virtual hour. */
  publishDensity(density: number): void {
    Atomics.store(this.slots, COUNTERS + this.workers + this.worker, BigInt(Math.round(density)));
  }

  /** Of all workers. */
  density(): number {
    let sum = 0n;
    for (let i = 0; i < this.workers; i++) sum += Atomics.load(this.slots, COUNTERS + this.workers + i);
    return Number(sum);
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

  /** How many of the `allowed` messages nobody has reserved. */
  unreserved(allowed: number): number {
    return allowed - Number(Atomics.load(this.slots, TAKEN));
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

  private notify(): void {
    Atomics.add(this.moves, 0, 1);
    Atomics.notify(this.moves, 0);
  }
}
