import { type Column, type ColumnKind, NULL_INT, type TableSchema } from './column.js';

export type ColumnArray = Float64Array | Int32Array | Uint8Array;

/** Rows as columns: `arrays[name][row]` for rows 0..length-1. Filled by the simulator, read by the encoders, reused. */
export interface Batch {
  readonly capacity: number;
  length: number;
  readonly arrays: Readonly<Record<string, ColumnArray>>;
}

type ArrayConstructor = new (capacity: number) => ColumnArray;

const STORES: Record<ColumnKind, ArrayConstructor> = {
  int53: Float64Array,
  timestamp: Float64Array,
  int: Int32Array,
  fixed: Int32Array,
  tag: Int32Array,
  date: Int32Array,
  bool: Uint8Array,
  enum: Uint8Array,
};

export function createBatch(schema: TableSchema, capacity: number): Batch {
  const arrays: Record<string, ColumnArray> = {};
  for (const column of schema.columns) arrays[column.name] = new STORES[column.kind](capacity);
  return { capacity, length: 0, arrays };
}

/** True where the stored value of a column means null (an empty CSV field). */
export function isNull(column: Column, stored: number): boolean {
  if (!column.nullable) return false;
  return column.kind === 'int53' ? stored === -1 : stored === NULL_INT;
}
