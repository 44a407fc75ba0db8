/** Stored values of columns as programs expect them: numbers in their unit, texts, booleans, dates. */
import { isoDate } from '../base/time.js';
import { isNull } from './batch.js';
import type { Column, ColumnArray, ColumnKind } from './column.js';

/**
 * The value of a column in a row, by the column's kind:
 * - `int53`, `int`, `fixed`, `fixed53`: the number in the column's unit
 * - `bool`: true or false
 * - `enum`: the text
 * - `tag`: the text, such as VEH-000042
 * - `timestamp`: a Date
 * - `date`: YYYY-MM-DD, as a day of the calendar is no moment
 */
export interface Values {
  readonly int53: number;
  readonly int: number;
  readonly fixed: number;
  readonly fixed53: number;
  readonly bool: boolean;
  readonly enum: string;
  readonly tag: string;
  readonly timestamp: Date;
  readonly date: string;
}

/** Any of them, and null for a missing value. */
export type Value = Values[ColumnKind] | null;

/** The values of columns that are known to the compiler, by name. */
export type NamedValues<Columns extends readonly Pick<Column, 'name' | 'kind' | 'nullable'>[]> = {
  readonly [C in Columns[number] as C['name']]: Values[C['kind']] | (C['nullable'] extends true ? null : never);
};

/** Reads the value of a row from the column's array in a batch. */
export type ValueReader = (array: ColumnArray, row: number) => Value;

/**
 * A reader of the column's values.
 *
 * @example
 * const column = dataset.columns.find(({ name }) => name === 'speed_kmh')!;
 * const valueOf = valueReader(column);
 * for await (const { columns } of dataset.batches({ columns: ['speed_kmh'] })) {
 *   console.log(valueOf(columns.speed_kmh, 0), column.unit); // 52.3 km/h, where the array holds 523
 * }
 */
export function valueReader(column: Column): ValueReader {
  const read = readerOf(column);
  return column.nullable ? (array, row) => (isNull(column, array[row]!) ? null : read(array, row)) : read;
}

function readerOf({ kind, decimals = 0, values = [], prefix = '', digits = 0 }: Column): ValueReader {
  const scale = 10 ** decimals;
  switch (kind) {
    case 'int53':
    case 'int':
      return (array, row) => array[row]!;
    case 'fixed':
    case 'fixed53':
      return (array, row) => array[row]! / scale;
    case 'bool':
      return (array, row) => array[row] === 1;
    case 'enum':
      return (array, row) => values[array[row]!]!;
    case 'tag':
      return (array, row) => `${prefix}${String(array[row]).padStart(digits, '0')}`;
    case 'timestamp':
      return (array, row) => new Date(array[row]!);
    case 'date':
      return (array, row) => isoDate(array[row]!);
  }
}
