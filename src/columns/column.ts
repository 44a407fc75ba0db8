/**
 * What a column is. The catalogues (telemetry.ts, vehicle.ts) drive the batch, the encoders, the DDL, the schemas and
 * the data dictionary: a new column is one entry there and the code that fills it.
 */

/** A column's type in PostgreSQL. */
export type SqlType =
  | 'bigint'
  | 'integer'
  | 'smallint'
  | 'real'
  | 'double precision'
  | 'text'
  | 'boolean'
  | 'timestamptz'
  | 'date';

/**
 * How a value is held in a batch:
 * - `int53`: an integer in a Float64Array (|v| <= 2^53)
 * - `int`: an integer in an Int32Array
 * - `fixed`: value * 10^decimals as an integer in an Int32Array
 * - `fixed53`: the same in a Float64Array (0 to 2^53), for what outgrows 32 bits
 * - `bool`: 0 or 1 in a Uint8Array
 * - `enum`: an index into `values` in a Uint8Array
 * - `tag`: a number in an Int32Array, printed as `prefix` and at least `digits` digits
 * - `timestamp`: UTC milliseconds since 1970 in a Float64Array
 * - `date`: days since 1970-01-01 in an Int32Array
 * A missing value of a nullable column is NULL_INT in an Int32Array; the other stores have no nulls, except `int53`,
 * where -1 is null.
 */
export type ColumnKind = 'int53' | 'int' | 'fixed' | 'fixed53' | 'bool' | 'enum' | 'tag' | 'timestamp' | 'date';

/** The missing value of a nullable column in an Int32Array. */
export const NULL_INT = -2147483648;

/** Bounds of a number, in its unit; both inclusive. */
export interface ValueRange {
  readonly min?: number;
  readonly max?: number;
}

export const FROM_ZERO: ValueRange = { min: 0 };
export const LATITUDE: ValueRange = { min: -90, max: 90 };
export const LONGITUDE: ValueRange = { min: -180, max: 180 };

/** A column: how it is stored, what its values are and what they mean. */
export interface Column {
  readonly name: string;
  readonly sqlType: SqlType;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** Digits after the point of a `fixed` or `fixed53` column; the CSV always prints all of them. */
  readonly decimals?: number;
  /** The texts of an `enum` column, in the order of their codes. */
  readonly values?: readonly string[];
  /** Of a `tag` column: VEH- and 6 make VEH-000042. */
  readonly prefix?: string;
  readonly digits?: number;
  /** The range of a numeric column, in its unit: no value is outside. Missing if there is no meaningful bound. */
  readonly range?: ValueRange;
  /** Unit for people, empty when there is none. */
  readonly unit: string;
  /** One or two sentences for the data dictionary and COMMENT ON COLUMN. */
  readonly description: string;
}

/** The typed array that holds a column in a batch, by kind. */
export interface Stores {
  readonly int53: Float64Array;
  readonly timestamp: Float64Array;
  readonly int: Int32Array;
  readonly fixed: Int32Array;
  readonly fixed53: Float64Array;
  readonly tag: Int32Array;
  readonly date: Int32Array;
  readonly bool: Uint8Array;
  readonly enum: Uint8Array;
}

/** The typed array of any column. */
export type ColumnArray = Stores[ColumnKind];

/** A batch's arrays by column. */
export type Arrays = Readonly<Record<string, ColumnArray>>;

/** The arrays of columns that are known to the compiler. */
export type NamedArrays<Columns extends readonly Pick<Column, 'name' | 'kind'>[]> = {
  readonly [C in Columns[number] as C['name']]: Stores[C['kind']];
};

/** The same, plus columns unknown to the compiler. */
export type ArraysOf<Columns extends readonly Pick<Column, 'name' | 'kind'>[]> = Arrays & NamedArrays<Columns>;

/** An ordered set of columns: the shape of one table. `Known` are the arrays of its batches. */
export interface TableSchema<Known extends Arrays = Arrays> {
  readonly columns: readonly Column[];
  /** For the compiler only: never there. */
  readonly known?: Known;
}
