/**
 * Rows that are out of order: found before they were expected, or expected and not found so far.
 * Enough are kept for a file that was sorted by time or written by several threads; a completely shuffled file is
 * refused.
 */

import { requestError } from '../../../base/errors.js';
import { type Batch, createBatch } from '../../../columns/batch.js';
import type { TableSchema } from '../../../columns/column.js';

/** Rows kept of either kind. */
export const MAX_OUT_OF_PLACE = 65_536;

export interface FieldsOnly {
  fields(): readonly string[];
}

export class OutOfPlace {
  private readonly early = new Map<number, FieldsOnly>();
  /** Expected rows by key: where in `late` their values are kept. It is a ring buffer. */
  private readonly lateAt = new Map<number, number>();
  private late: Batch | undefined;
  private lateCount = 0;
  /** First and last key given up as missing: those in between that are not in `lateAt` were given up, too, or found. */
  private givenFrom = Number.POSITIVE_INFINITY;
  private givenTo = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly schema: TableSchema,
    private readonly path: string,
  ) {}

  /**
   * Keeps a row that came too early; false if a row with its key is already kept. Throws a requestError if there are
   * too many.
   */
  keepEarly(id: number, row: FieldsOnly): boolean {
    if (this.early.has(id)) return false;
    if (this.early.size === MAX_OUT_OF_PLACE) throw this.disorder();
    // Not the row itself, which holds on to a block of the file.
    const values = row.fields();
    this.early.set(id, { fields: () => values });
    return true;
  }

  /** The row of a key that came too early, which is no longer kept. */
  takeEarly(id: number): FieldsOnly | undefined {
    if (this.early.size === 0) return undefined;
    const row = this.early.get(id);
    if (row !== undefined) this.early.delete(id);
    return row;
  }

  /**
   * Keeps an expected row of the batch that was not found. Returns the key of one given up in its favour as missing, or
   * undefined.
   */
  keepLate(id: number, batch: Batch, at: number): number | undefined {
    this.late ??= createBatch(this.schema, MAX_OUT_OF_PLACE);
    const slot = this.lateCount++ % MAX_OUT_OF_PLACE;
    let missing: number | undefined;
    if (this.lateAt.size > 0 && this.lateCount > MAX_OUT_OF_PLACE) {
      const [oldest, oldestSlot] = this.lateAt.entries().next().value!;
      if (oldestSlot === slot) {
        this.lateAt.delete(oldest);
        this.givenFrom = Math.min(this.givenFrom, oldest);
        this.givenTo = oldest;
        missing = oldest;
      }
    }
    for (const { name } of this.schema.columns) this.late.arrays[name]![slot] = batch.arrays[name]![at]!;
    this.lateAt.set(id, slot);
    return missing;
  }

  /**
   * Removes an expected row that was not found so far and returns the position of its values; undefined if there is
   * none.
   */
  takeLate(id: number): { batch: Batch; at: number } | undefined {
    const at = this.lateAt.get(id);
    if (at === undefined) return undefined;
    this.lateAt.delete(id);
    return { batch: this.late!, at };
  }

  /** Throws a requestError if a row with that key may have been given up as missing. */
  requireOrder(id: number): void {
    if (id >= this.givenFrom && id <= this.givenTo) throw this.disorder();
  }

  /** Keys of the rows that never matched: found and not expected; expected and not found. */
  *extra(): Iterable<number> {
    yield* this.early.keys();
  }

  *missing(): Iterable<number> {
    yield* this.lateAt.keys();
  }

  private disorder(): Error {
    return requestError(
      'BAD_FILE',
      `the rows of ${this.path} are over ${MAX_OUT_OF_PLACE} rows away from the order of ${this.schema.columns[0]!.name}: sort the file by it first`,
    );
  }
}
