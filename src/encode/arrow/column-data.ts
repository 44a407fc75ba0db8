/** A column of a record batch as Arrow's buffers. https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout */
import type { ColumnArray } from '../../columns/batch.js';
import { type Column, NULL_INT } from '../../columns/column.js';
import { MOST_TAG_DIGITS, putTag } from '../put.js';
import { utf8 } from '../text-words.js';
import { dictionaryBits } from './schema.js';

const NONE = new Uint8Array();

/** The buffers of one column; those of values are used again by each record batch. */
export class ColumnData {
  /** Validity, offsets of texts, and values, as far as the type has them. */
  buffers: readonly Uint8Array[] = [];
  readonly #column: Column;
  readonly #validity: Uint8Array;
  readonly #divisor: number;
  readonly #values: Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;
  readonly #prefix: Uint8Array;

  constructor(column: Column, rows: number) {
    this.#column = column;
    this.#validity = new Uint8Array(bitBytes(rows));
    this.#divisor = 10 ** (column.decimals ?? 0);
    this.#prefix = utf8(column.prefix ?? '');
    this.#values = valuesOf(column, rows);
  }

  /** Encodes the first `rows` rows; returns how many are null. */
  load(array: ColumnArray, rows: number): number {
    const { kind } = this.#column;
    const nulls = this.#column.nullable ? this.#loadValidity(array, rows) : 0;
    const validity = nulls === 0 ? NONE : this.#validity.subarray(0, bitBytes(rows));
    if (kind === 'tag') {
      this.buffers = [validity, ...this.#texts(array, rows)];
    } else if (kind === 'bool') {
      this.buffers = [validity, packBits(array, rows, this.#values as Uint8Array)];
    } else {
      this.buffers = [validity, this.#numbers(array, rows)];
    }
    return nulls;
  }

  #loadValidity(array: ColumnArray, rows: number): number {
    const missing = this.#column.kind === 'int53' ? -1 : NULL_INT;
    const bits = this.#validity.fill(0);
    let nulls = 0;
    for (let row = 0; row < rows; row++) {
      if (array[row] === missing) nulls++;
      else bits[row >> 3]! |= 1 << (row & 7);
    }
    return nulls;
  }

  #numbers(array: ColumnArray, rows: number): Uint8Array {
    const values = this.#values;
    if (values instanceof BigInt64Array) {
      putInt64s(array as Float64Array, rows, new Int32Array(values.buffer));
    } else if (this.#column.kind === 'fixed' || this.#column.kind === 'fixed53') {
      for (let row = 0; row < rows; row++) values[row] = array[row]! / this.#divisor;
    } else {
      values.set(array.subarray(0, rows));
    }
    return new Uint8Array(values.buffer, 0, rows * values.BYTES_PER_ELEMENT);
  }

  /** Offsets and texts; a text like the one before is copied. */
  #texts(array: ColumnArray, rows: number): [Uint8Array, Uint8Array] {
    const texts = this.#values as Uint8Array;
    const ends = new Int32Array(rows + 1);
    let start = 0;
    let end = 0;
    for (let row = 0; row < rows; row++) {
      const value = array[row]!;
      if (row > 0 && value === array[row - 1]) {
        texts.copyWithin(end, start, end);
        [start, end] = [end, end + (end - start)];
      } else {
        start = end;
        if (value !== NULL_INT) end = putTag(texts, end, this.#prefix, this.#column.digits ?? 1, value);
      }
      ends[row + 1] = end;
    }
    return [new Uint8Array(ends.buffer), texts.subarray(0, end)];
  }
}

function valuesOf(column: Column, rows: number) {
  const { kind, sqlType, prefix = '', digits = 1 } = column;
  switch (kind) {
    case 'int53':
    case 'timestamp':
      return new BigInt64Array(rows);
    case 'int':
      return sqlType === 'smallint' ? new Int16Array(rows) : new Int32Array(rows);
    case 'date':
      return new Int32Array(rows);
    case 'fixed':
    case 'fixed53':
      return sqlType === 'real' ? new Float32Array(rows) : new Float64Array(rows);
    case 'bool':
      return new Uint8Array(bitBytes(rows));
    case 'enum':
      return dictionaryBits(column) === 8 ? new Uint8Array(rows) : new Int16Array(rows);
    case 'tag':
      return new Uint8Array(rows * (utf8(prefix).length + Math.max(digits, MOST_TAG_DIGITS)));
  }
}

/** Whole numbers from -2^53 to 2^53 as pairs of words, the lower one first. */
function putInt64s(array: Float64Array, rows: number, words: Int32Array): void {
  for (let row = 0; row < rows; row++) {
    const value = array[row]!;
    const high = Math.floor(value / 2 ** 32);
    words[2 * row] = value - high * 2 ** 32;
    words[2 * row + 1] = high;
  }
}

function packBits(array: ColumnArray, rows: number, bits: Uint8Array): Uint8Array {
  bits.fill(0);
  for (let row = 0; row < rows; row++) bits[row >> 3]! |= array[row]! << (row & 7);
  return bits.subarray(0, bitBytes(rows));
}

function bitBytes(rows: number): number {
  return (rows + 7) >> 3;
}
