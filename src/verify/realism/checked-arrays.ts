/**
 * Numbers by code, such as counts by class: reading or writing outside their range throws, instead of yielding
 * undefined or being lost.
 */

export type NumberArray = Uint8Array | Int32Array | Float32Array | Float64Array;

/** Throws a RangeError for an index outside the array. */
export function valueAt(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} is outside 0 to ${values.length - 1}`);
  return value;
}

/** A typed array whose indices are checked. */
export class CheckedArray<S extends NumberArray = Float64Array> implements Iterable<number> {
  constructor(readonly values: S) {}

  /** All `initial`. */
  static ofLength(length: number, initial = 0): CheckedArray {
    return new CheckedArray(new Float64Array(length).fill(initial));
  }

  get length(): number {
    return this.values.length;
  }

  get(index: number): number {
    return valueAt(this.values, index);
  }

  set(index: number, value: number): void {
    valueAt(this.values, index);
    this.values[index] = value;
  }

  add(index: number, amount = 1): void {
    this.values[index] = valueAt(this.values, index) + amount;
  }

  fill(value: number): void {
    this.values.fill(value);
  }

  sum(): number {
    let sum = 0;
    for (const value of this.values) sum += value;
    return sum;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.values.values();
  }
}

/** Numbers by two codes. */
export class CountGrid {
  private readonly cells: CheckedArray;

  constructor(
    rows: number,
    private readonly columns: number,
  ) {
    this.cells = CheckedArray.ofLength(rows * columns);
  }

  get(row: number, column: number): number {
    return this.cells.get(this.cell(row, column));
  }

  add(row: number, column: number, amount = 1): void {
    this.cells.add(this.cell(row, column), amount);
  }

  /** Of a grid of the same shape. */
  addAll(other: CountGrid): void {
    for (const [cell, value] of other.cells.values.entries()) this.cells.add(cell, value);
  }

  private cell(row: number, column: number): number {
    if (column < 0 || column >= this.columns)
      throw new RangeError(`column ${column} is outside 0 to ${this.columns - 1}`);
    return row * this.columns + column;
  }
}

/** Accumulators by code, one for each item of a catalogue. */
export class CodeMap<T> implements Iterable<T> {
  private readonly groups: readonly T[];

  constructor(groups: Iterable<T>) {
    this.groups = [...groups];
  }

  /** Throws a RangeError for a code that has none. */
  of(code: number): T {
    const group = this.groups[code];
    if (group === undefined) throw new RangeError(`code ${code} is outside 0 to ${this.groups.length - 1}`);
    return group;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.groups.values();
  }
}
