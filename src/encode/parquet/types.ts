/** How a column of the catalogue is stored in Parquet: its physical and logical type, and how it is encoded. */
import type { Column } from '../../columns/column.js';
import type { ThriftWriter } from './thrift.js';

/** Parquet's physical types, by their codes. */
export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, byteArray: 6 } as const;
export type Physical = (typeof PHYSICAL)[keyof typeof PHYSICAL];

/** Parquet's encodings, by their codes. */
export const ENCODING = { plain: 0, rle: 3, delta: 5, dictionary: 8 } as const;
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING];

/** Kinds of pages, by their codes. */
export const PAGE = { data: 0, dictionary: 2 } as const;

/** Decimals have as many digits as their physical type can hold. */
const DECIMAL_DIGITS = { [PHYSICAL.int32]: 9, [PHYSICAL.int64]: 18 } as const;

export interface StoredColumn {
  readonly column: Column;
  readonly physical: Physical;
  /** A stored value of the batch is this many times the value in the file, 10^decimals; 1 for all but decimal fractions. */
  readonly divisor: number;
  readonly decimal: boolean;
  /** A number with digits after the point. */
  readonly isFraction: boolean;
}

/** `decimals`: fractions as DECIMAL, exact and smaller, instead of FLOAT and DOUBLE. */
export function storedColumn(column: Column, decimals: boolean): StoredColumn {
  const isFraction = column.kind === 'fixed' || column.kind === 'fixed53';
  const decimal = decimals && isFraction;
  const divisor = isFraction && !decimal ? 10 ** (column.decimals ?? 0) : 1;
  return { column, physical: physicalOf(column, decimal), divisor, decimal, isFraction };
}

function physicalOf(column: Column, decimal: boolean): Physical {
  const { kind, sqlType } = column;
  if (decimal) return kind === 'fixed' && hasFewDigits(column) ? PHYSICAL.int32 : PHYSICAL.int64;
  switch (kind) {
    case 'bool':
      return PHYSICAL.boolean;
    case 'int':
    case 'date':
      return PHYSICAL.int32;
    case 'int53':
    case 'timestamp':
      return PHYSICAL.int64;
    case 'enum':
    case 'tag':
      return PHYSICAL.byteArray;
    case 'fixed':
    case 'fixed53':
      return sqlType === 'real' ? PHYSICAL.float : PHYSICAL.double;
  }
}

/** No value has more digits than a decimal of 32 bits. */
function hasFewDigits({ range, decimals = 0 }: Column): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range ?? {};
  return Math.max(-min, max) * 10 ** decimals < 10 ** DECIMAL_DIGITS[PHYSICAL.int32];
}

/** The converted types of older readers and the logical types of newer ones, by their codes. */
const CONVERTED = { utf8: 0, decimal: 5, date: 6, timestampMillis: 9, int16: 16 } as const;
const LOGICAL = { string: 1, decimal: 5, date: 6, timestamp: 8, integer: 10 } as const;
const OPTIONAL = 1;
const REQUIRED = 0;

/** The column's SchemaElement. */
export function putSchemaElement(element: ThriftWriter, { column, physical, decimal }: StoredColumn): void {
  element.i32(1, physical).i32(3, column.nullable ? OPTIONAL : REQUIRED);
  element.binary(4, column.name);
  if (physical === PHYSICAL.byteArray) {
    element.i32(6, CONVERTED.utf8).struct(10, (type) => type.struct(LOGICAL.string, () => {}));
  } else if (decimal) {
    const scale = column.decimals ?? 0;
    const precision = physical === PHYSICAL.int32 ? DECIMAL_DIGITS[physical] : DECIMAL_DIGITS[PHYSICAL.int64];
    element.i32(6, CONVERTED.decimal).i32(7, scale).i32(8, precision);
    element.struct(10, (type) => type.struct(LOGICAL.decimal, (inner) => inner.i32(1, scale).i32(2, precision)));
  } else if (column.kind === 'date') {
    element.i32(6, CONVERTED.date).struct(10, (type) => type.struct(LOGICAL.date, () => {}));
  } else if (column.kind === 'timestamp') {
    element.i32(6, CONVERTED.timestampMillis);
    // Adjusted to UTC, in milliseconds.
    element.struct(10, (type) =>
      type.struct(LOGICAL.timestamp, (inner) => inner.bool(1, true).struct(2, (unit) => unit.struct(1, () => {}))),
    );
  } else if (column.sqlType === 'smallint') {
    element.i32(6, CONVERTED.int16);
    element.struct(10, (type) => type.struct(LOGICAL.integer, (inner) => inner.byte(1, 16).bool(2, true)));
  }
}

/** A value as PLAIN stores it, for statistics; texts as their bytes. */
export function plainValue({ physical, divisor }: StoredColumn, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  switch (physical) {
    case PHYSICAL.boolean:
      bytes[0] = value;
      return bytes.subarray(0, 1);
    case PHYSICAL.int32:
      view.setInt32(0, value, true);
      return bytes.subarray(0, 4);
    case PHYSICAL.float:
      view.setFloat32(0, value / divisor, true);
      return bytes.subarray(0, 4);
    case PHYSICAL.double:
      view.setFloat64(0, value / divisor, true);
      return bytes;
    default:
      view.setBigInt64(0, BigInt(value), true);
      return bytes;
  }
}
