/**
 * sfc32 (Chris Doty-Humphrey, PractRand), a small fast 32-bit generator with 128 bits of state, seeded by a key.
 *
 * The step is a bijection of the state and a key fills the state without loss, so distinct keys never share a state.
 */

/** What a stream of random numbers is for; keeps the numbers of different uses apart. */
export const STREAM = {
  vehicle: 1,
  week: 2,
  dayPlan: 3,
  motion: 4,
  weather: 5,
  temperature: 6,
  traffic: 7,
  roads: 8,
  route: 9,
  jamming: 10,
  drive: 11,
  tripEvents: 12,
  lost: 13,
} as const;

/** Rounds after seeding, as in the author's reference. */
const WARM_UP = 12;
const DISCARDED = new Int32Array(WARM_UP);

export class Sfc32 {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /**
   * Starts the sequence of a key.
   * @param seed integer, 0 to 2^53 - 1
   * @param subject 32-bit integer: vehicle number, region key
   * @param time integer in 0..2^24 - 1: day, week or block number
   * @param stream one of STREAM, below 256
   */
  seed(seed: number, subject: number, time: number, stream: number): void {
    this.a = seed | 0;
    this.b = subject | 0;
    this.c = (time << 8) | stream;
    this.counter = (Math.floor(seed / 4294967296) << 1) | 1;
    this.fill(DISCARDED);
  }

  /** The next 32 bits, as a signed integer. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return (this.next() >>> 0) * 2.3283064365386963e-10;
  }

  /** Uniform integer in [0, n), n up to 2^21: the bias is below n / 2^32. */
  below(n: number): number {
    return Math.floor((this.next() >>> 0) * 2.3283064365386963e-10 * n);
  }

  /** Fills the block with the next draws: the way of the hot loop. */
  fill(block: Int32Array): void {
    let { a, b, c, counter } = this;
    for (let i = 0; i < block.length; i++) {
      const t = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      block[i] = t;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = counter;
  }
}

/** FNV-1a, 32 bits: the key of a name (a region), stable whatever else the scenario holds. */
export function nameKey(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
