import { checkNumber, type Limit } from '../base/options.js';
import {
  type Arrays,
  type Column,
  type ColumnArray,
  type ColumnKind,
  NULL_INT,
  type Stores,
  type TableSchema,
} from './column.js';
import { fixedShape } from './fixed-shape.js';

export type { ColumnArray };

/** Rows as columns: `arrays[name][row]` for rows 0..length-1. Filled by the simulator, read by the encoders, reused. */
export interface Batch<Known extends Arrays = Arrays> {
  readonly capacity: number;
  length: number;
  readonly arrays: Known;
}

const STORES: { readonly [K in ColumnKind]: new (capacity: number) => Stores[K] } = {
  int53: Float64Array,
  timestamp: Float64Array,
  int: Int32Array,
  fixed: Int32Array,
  fixed53: Float64Array,
  tag: Int32Array,
  date: Int32Array,
  bool: Uint8Array,
  enum: Uint8Array,
};

/** A larger batch would only be out of the processor's caches. */
const CAPACITY: Limit = { min: 1, max: 16_777_216, example: '4096' };

/** Throws a requestError for a capacity that is not a whole number from 1 to 2^24. */
export function createBatch<Known extends Arrays>(schema: TableSchema<Known>, capacity: number): Batch<Known> {
  checkNumber('capacity', capacity, CAPACITY);
  const arrays = Object.fromEntries(schema.columns.map(({ name, kind }) => [name, new STORES[kind](capacity)]));
  return { capacity, length: 0, arrays: fixedShape(arrays) as Arrays as Known };
}

/** True where the stored value of a column means null (an empty CSV field). */
export function isNull(column: Column, stored: number): boolean {
  if (!column.nullable) return false;
  return column.kind === 'int53' ? stored === -1 : stored === NULL_INT;
}
