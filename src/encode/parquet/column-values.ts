/**
 * The values of one column of a block, brought into one form: the missing ones left out, and arrays of one kind, so that
 * the loops over them stay fast.
 */
import type { ColumnArray } from '../../columns/batch.js';
import { type Column, NULL_INT } from '../../columns/column.js';
import { GROUP_SLACK } from './bit-packing.js';

export type Values = Int32Array | Float64Array;

/** What a page holds: rows of the block from (inclusive) to (exclusive), and the values among them. */
export interface PageRows {
  readonly fromRow: number;
  readonly toRow: number;
  readonly from: number;
  readonly to: number;
  /** Least and most of the values; undefined where all are missing. */
  readonly least: number | undefined;
  readonly most: number | undefined;
}

export function nullsOf({ fromRow, toRow, from, to }: PageRows): number {
  return toRow - fromRow - (to - from);
}

export class ColumnValues {
  #ints = new Int32Array();
  #doubles = new Float64Array();
  /** 1 where a row has a value. */
  present = new Int32Array();

  /** The values of the first `rows` rows, each replaced by its rank where there are ranks; not to be changed, and overwritten by the next call. */
  load({ kind, nullable }: Column, array: ColumnArray, rows: number, ranks?: Int32Array): Values {
    this.#reserve(rows + GROUP_SLACK);
    const values = array instanceof Float64Array ? this.#doubles : this.#ints;
    if (!nullable) {
      // As they are, where they need no other form.
      if (ranks === undefined && !(array instanceof Uint8Array)) return array.subarray(0, rows);
      values.set(array.subarray(0, rows));
      if (ranks !== undefined) for (let row = 0; row < rows; row++) values[row] = ranks[values[row]!]!;
      return values.subarray(0, rows);
    }
    const missing = kind === 'int53' ? -1 : NULL_INT;
    const count = compact(array, rows, missing, values, this.present);
    return values.subarray(0, count);
  }

  /** Memory grows to the largest block. */
  #reserve(room: number): void {
    if (this.#ints.length >= room) return;
    this.#ints = new Int32Array(room);
    this.#doubles = new Float64Array(room);
    this.present = new Int32Array(room);
  }

  /** Divides the rows into pages of `pageRows`. */
  pages({ nullable }: Column, values: Values, rows: number, pageRows: number): PageRows[] {
    const pages: PageRows[] = [];
    for (let fromRow = 0, from = 0; fromRow < rows; fromRow += pageRows) {
      const toRow = Math.min(rows, fromRow + pageRows);
      let to = toRow;
      if (nullable) {
        to = from;
        for (let row = fromRow; row < toRow; row++) to += this.present[row]!;
      }
      const [least, most] = from === to ? [undefined, undefined] : extremes(values, from, to);
      pages.push({ fromRow, toRow, from, to, least, most });
      from = to;
    }
    return pages;
  }
}

/** The values that are not missing; `present` becomes 1 where there is one. */
function compact(array: ColumnArray, rows: number, missing: number, out: Values, present: Int32Array): number {
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = array[row]!;
    const there = value === missing ? 0 : 1;
    present[row] = there;
    out[count] = value;
    count += there;
  }
  return count;
}

function extremes(values: Values, from: number, to: number): [least: number, most: number] {
  let least = values[from]!;
  let most = least;
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return [least, most];
}
