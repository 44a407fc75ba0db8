/**
 * The rate of a load, for its display. What comes before the first record, planning and the start of threads, doesn't
 * count, nor do the seconds in which the threads' code is still being optimised and the rate grows tenfold.
 */
import type { Progress } from '../coordinator.js';

export interface Rate {
  readonly rows: number;
  /** Of canonical CSV. */
  readonly bytes: number;
}

type Amounts = Pick<Progress, 'seconds' | 'rows' | 'bytes'>;

/** All declared: long enough for batches and busy machines not to matter, short enough for a load to be worth watching. */
const WINDOW_S = 1;
/** Two windows in a row whose rates differ by less are a rate worth naming. */
const LIKENESS = 1.25;
/** A rate that never settles is named after this time. */
const PATIENCE_S = 10;
/** The weight of what happened falls to 1/e within this time. */
const MEMORY_S = 10;

export class ProgressRate {
  private first: Amounts | undefined;
  private last: Amounts | undefined;
  /** Rows per second of the last window while the rate settles. */
  private before: number | undefined;
  /** What has happened, older amounts with less weight; undefined while the rate settles. */
  private recent: Amounts | undefined;

  update({ seconds, rows, bytes }: Amounts): void {
    if (rows === 0) return;
    const now = { seconds, rows, bytes };
    if (this.first === undefined || this.last === undefined) {
      this.first = now;
      this.last = now;
      return;
    }
    const step = { seconds: seconds - this.last.seconds, rows: rows - this.last.rows, bytes: bytes - this.last.bytes };
    if (this.recent !== undefined) {
      const kept = Math.exp(-step.seconds / MEMORY_S);
      const faded = (name: keyof Amounts) => (this.recent?.[name] ?? 0) * kept + step[name];
      this.recent = { seconds: faded('seconds'), rows: faded('rows'), bytes: faded('bytes') };
    } else {
      if (step.seconds < WINDOW_S) return;
      const rate = step.rows / step.seconds;
      const isSettled = this.before !== undefined && isLike(rate, this.before);
      if (isSettled || seconds - this.first.seconds >= PATIENCE_S) this.recent = step;
      this.before = rate;
    }
    this.last = now;
  }

  /** Per second; undefined until there is a rate worth naming, and while nothing comes. */
  current(): Rate | undefined {
    if (this.recent === undefined || this.recent.rows <= 0) return undefined;
    const { seconds, rows, bytes } = this.recent;
    return { rows: rows / seconds, bytes: bytes / seconds };
  }
}

function isLike(a: number, b: number): boolean {
  return a > 0 && a < b * LIKENESS && b < a * LIKENESS;
}
