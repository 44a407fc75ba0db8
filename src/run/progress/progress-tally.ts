/** Progress of a run: finished shards plus the attempts in progress, which count unless they fail. */
import type { ShardDigest } from '../../sinks/shard-sink.js';

/** Encoded rows and bytes of canonical CSV of one attempt at a shard, in shared memory. */
export type AttemptProgress = BigInt64Array;

const ROWS = 0;
const BYTES = 1;

/** Called by the worker that generates the shard. */
export function addProgress(attempt: AttemptProgress, rows: number, bytes: number): void {
  Atomics.add(attempt, ROWS, BigInt(rows));
  Atomics.add(attempt, BYTES, BigInt(bytes));
}

export class ProgressTally {
  readonly #attempts = new Set<AttemptProgress>();
  #rows = 0;
  #bytes = 0;

  /** The counters of a new slot, zero until its worker adds to them. */
  openSlot(): AttemptProgress {
    const attempt = new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
    this.#attempts.add(attempt);
    return attempt;
  }

  /** Resets the counters before an attempt, and after one that failed. */
  clear(attempt: AttemptProgress): void {
    for (const counter of [ROWS, BYTES]) Atomics.store(attempt, counter, 0n);
  }

  /** Counts the slot's shard as done. */
  add(attempt: AttemptProgress, digest: ShardDigest): void {
    this.clear(attempt);
    this.#rows += digest.rows;
    this.#bytes += digest.bytes;
  }

  /** Subtracts a finished shard that was lost. */
  takeBack(digest: ShardDigest): void {
    this.#rows -= digest.rows;
    this.#bytes -= digest.bytes;
  }

  rows(): number {
    return this.#rows + this.#underWay(ROWS);
  }

  bytes(): number {
    return this.#bytes + this.#underWay(BYTES);
  }

  #underWay(counter: number): number {
    let sum = 0;
    for (const attempt of this.#attempts) sum += Number(Atomics.load(attempt, counter));
    return sum;
  }
}
