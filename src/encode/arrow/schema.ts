/** A table's columns as Arrow's types. https://arrow.apache.org/docs/format/Columnar.html; numbers are those of Schema.fbs. */
import type { Column, TableSchema } from '../../columns/column.js';
import type { Field, FlatBuffer, Place } from './flatbuffer.js';

/** The numbers of types in the union Type. */
const TYPE = { int: 2, float: 3, utf8: 5, bool: 6, decimal: 7, date: 8, timestamp: 10 } as const;
const PRECISION = { single: 1, double: 2 } as const;
const UNIT = { day: 0, millisecond: 1 } as const;
const DECIMAL_DIGITS = 18;
const DECIMAL_BITS = 128;

export type KeyValues = readonly (readonly [key: string, value: string])[];

export interface SchemaOptions {
  readonly keyValues: KeyValues;
  /** Fractions as DECIMAL. */
  readonly decimals: boolean;
}

/** The number of a column's dictionary: its place in the table. Undefined for columns that have none. */
export function dictionaryIdOf({ columns }: TableSchema, column: Column): number | undefined {
  return column.kind === 'enum' ? columns.indexOf(column) : undefined;
}

/** Bits of the places in a dictionary, which are signed. */
export function dictionaryBits({ values = [] }: Column): 8 | 16 {
  return values.length <= 128 ? 8 : 16;
}

/** The table Schema. */
export function putSchema(buffer: FlatBuffer, schema: TableSchema, { keyValues, decimals }: SchemaOptions): Place {
  const fields = schema.columns.map((column) => putField(buffer, schema, column, decimals));
  const vector = buffer.vector(fields);
  const metadata = putKeyValues(buffer, keyValues);
  return buffer.table([
    { id: 0, bytes: 2, value: 0 },
    { id: 1, place: vector },
    { id: 2, place: metadata },
  ]);
}

function putField(buffer: FlatBuffer, schema: TableSchema, column: Column, decimals: boolean): Place {
  const [type, typeTable] = putType(buffer, column, decimals);
  const name = buffer.string(column.name);
  const children = buffer.vector([]);
  const metadata = putKeyValues(buffer, [
    ['comment', column.description],
    ...(column.unit === '' ? [] : [['unit', column.unit] as const]),
  ]);
  const id = dictionaryIdOf(schema, column);
  const dictionary: Field[] = [];
  if (id !== undefined) {
    const indexType = putInt(buffer, dictionaryBits(column));
    const encoding = buffer.table([
      { id: 0, bytes: 8, value: id },
      { id: 1, place: indexType },
    ]);
    dictionary.push({ id: 4, place: encoding });
  }
  return buffer.table([
    { id: 0, place: name },
    { id: 1, bytes: 1, value: column.nullable ? 1 : 0 },
    { id: 2, bytes: 1, value: type },
    { id: 3, place: typeTable },
    ...dictionary,
    { id: 5, place: children },
    { id: 6, place: metadata },
  ]);
}

function putType(buffer: FlatBuffer, { kind, sqlType, decimals = 0 }: Column, asDecimal: boolean): [number, Place] {
  switch (kind) {
    case 'int53':
      return [TYPE.int, putInt(buffer, 64)];
    case 'int':
      return [TYPE.int, putInt(buffer, sqlType === 'smallint' ? 16 : 32)];
    case 'bool':
      return [TYPE.bool, buffer.table([])];
    case 'date':
      return [TYPE.date, buffer.table([{ id: 0, bytes: 2, value: UNIT.day }])];
    case 'timestamp': {
      const zone = buffer.string('UTC');
      const type = buffer.table([
        { id: 0, bytes: 2, value: UNIT.millisecond },
        { id: 1, place: zone },
      ]);
      return [TYPE.timestamp, type];
    }
    case 'enum':
    case 'tag':
      return [TYPE.utf8, buffer.table([])];
    case 'fixed':
    case 'fixed53': {
      if (asDecimal) {
        const type = buffer.table([
          { id: 0, bytes: 4, value: DECIMAL_DIGITS },
          { id: 1, bytes: 4, value: decimals },
          { id: 2, bytes: 4, value: DECIMAL_BITS },
        ]);
        return [TYPE.decimal, type];
      }
      const value = sqlType === 'real' ? PRECISION.single : PRECISION.double;
      return [TYPE.float, buffer.table([{ id: 0, bytes: 2, value }])];
    }
  }
}

/** A signed whole number. */
function putInt(buffer: FlatBuffer, bits: number): Place {
  return buffer.table([
    { id: 0, bytes: 4, value: bits },
    { id: 1, bytes: 1, value: 1 },
  ]);
}

function putKeyValues(buffer: FlatBuffer, keyValues: KeyValues): Place {
  const pairs = keyValues.map(([key, value]) => {
    const keyPlace = buffer.string(key);
    const valuePlace = buffer.string(value);
    return buffer.table([
      { id: 0, place: keyPlace },
      { id: 1, place: valuePlace },
    ]);
  });
  return buffer.vector(pairs);
}
