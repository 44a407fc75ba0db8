/**
 * The shared state of a stream's workers: the virtual time up to which each has delivered, the ends of the slices
 * (slices.ts), the number of messages sent, and the counts of those delivered.
 */

/** Slots of 64 bits; the first one is a 32-bit counter of the changes that a worker may wait for. */
const MOVES = 0;
const TAKEN = 1;
const DELIVERED = 2;
const BYTES = 3;
const OPEN = 4;
const AHEAD = 5;
const COUNTERS = 6;
const NO_MORE = 2n ** 62n;
const BEFORE_ALL = -(2n ** 53n);

/** In ECMAScript 2024 and Node since version 16, but not in the compiler's library of es2023. */
interface WaitAsync {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ): { readonly async: boolean; readonly value: Promise<string> | string };
}

/** Ends of two consecutive slices, virtual milliseconds: the one that every worker may send, and the next. */
export interface SliceEnds {
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

  /** Publishes that this worker has delivered everything before this virtual time; Infinity at its end. */
  publish(earliest: number): void {
    const value = earliest === Number.POSITIVE_INFINITY ? NO_MORE : BigInt(Math.floor(earliest));
    if (Atomics.exchange(this.slots, COUNTERS + this.worker, value) !== value) this.notify();
  }

  /** The virtual time before which all workers have delivered everything; Infinity once all have ended. */
  deliveredBefore(): number {
    let earliest = NO_MORE;
    for (let i = 0; i < this.workers; i++) {
      const value = Atomics.load(this.slots, COUNTERS + i);
      if (value < earliest) earliest = value;
    }
    return earliest === NO_MORE ? Number.POSITIVE_INFINITY : Number(earliest);
  }

  /** A counter that changes whenever a worker publishes or a slice begins. */
  version(): number {
    return Atomics.load(this.moves, 0);
  }

  /** Resolves when the counter is no longer `version`, or after the time-out. */
  async moved(version: number, timeoutMs: number): Promise<void> {
    await (Atomics as unknown as WaitAsync).waitAsync(this.moves, 0, version, timeoutMs).value;
  }

  /** A consistent pair; `open` equals `ahead` while another worker is advancing them. */
  borders(): SliceEnds {
    for (;;) {
      const open = Atomics.load(this.slots, OPEN);
      const ahead = Atomics.load(this.slots, AHEAD);
      if (Atomics.load(this.slots, OPEN) === open) return { open: Number(open), ahead: Number(ahead) };
    }
  }

  /** Opens the slice `ahead` and appends one that ends at `end`, an integer, unless another worker has done so. */
  advance({ open, ahead }: SliceEnds, end: number): void {
    if (Atomics.compareExchange(this.slots, OPEN, BigInt(open), BigInt(ahead)) !== BigInt(open)) return;
    Atomics.store(this.slots, AHEAD, BigInt(end));
    this.notify();
  }

  /** Publishes this worker's messages per virtual hour. */
  publishDensity(density: number): void {
    Atomics.store(this.slots, COUNTERS + this.workers + this.worker, BigInt(Math.round(density)));
  }

  /** Messages per virtual hour of all workers. */
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

  /** Returns unused reservations. */
  release(count: number): void {
    if (count > 0) Atomics.sub(this.slots, TAKEN, BigInt(count));
  }

  /** How many of the `allowed` messages are not reserved. */
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
