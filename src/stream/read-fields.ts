/** Values as a CSV file or PostgreSQL prints them, back to what a batch stores. */
import { type Column, NULL_INT } from '../columns/column.js';

/** The reader of a column's texts; '' and null are a missing value. It throws RangeError for a text that is none of its values. */
export function fieldReader(column: Column): (text: string | null) => number {
  const missing = column.kind === 'int53' ? -1 : NULL_INT;
  const read = valueReader(column);
  return (text) => {
    if (text === null || text === '') {
      if (column.nullable) return missing;
      throw new RangeError('a value is missing');
    }
    const value = read(text);
    if (Number.isNaN(value)) throw new RangeError(`"${text}" is not ${EXPECTED[column.kind]}`);
    return value;
  };
}

const EXPECTED: Readonly<Record<Column['kind'], string>> = {
  int53: 'a whole number',
  int: 'a whole number',
  fixed: 'a number',
  bool: '0 or 1',
  enum: 'one of its values',
  tag: 'such a name',
  timestamp: 'a time such as 2026-01-05T08:15:30.000Z',
  date: 'a date',
};

function valueReader(column: Column): (text: string) => number {
  switch (column.kind) {
    case 'int53':
      return wholeExactly;
    case 'int':
      return (text) => whole(text, 2 ** 31 - 1);
    case 'fixed': {
      const unit = 10 ** (column.decimals ?? 0);
      return (text) => inRange(/^[-+\d.eE]+$/.test(text) ? Math.round(Number(text) * unit) : Number.NaN, 2 ** 31 - 1);
    }
    case 'bool': {
      const values: Readonly<Record<string, number>> = { 0: 0, 1: 1, f: 0, t: 1, false: 0, true: 1 };
      return (text) => values[text] ?? Number.NaN;
    }
    case 'enum': {
      const codes = new Map(column.values?.map((value, code) => [value, code]));
      return (text) => codes.get(text) ?? Number.NaN;
    }
    case 'tag': {
      const prefix = column.prefix ?? '';
      return (text) => (text.startsWith(prefix) ? whole(text.slice(prefix.length), 2 ** 31 - 1) : Number.NaN);
    }
    case 'timestamp':
      // PostgreSQL is asked for milliseconds.
      return (text) => (/^\d+$/.test(text) ? Number(text) : /Z$/.test(text) ? Date.parse(text) : Number.NaN);
    case 'date':
      return (text) => Math.floor(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
  }
}

function whole(text: string, most: number): number {
  return /^-?\d+$/.test(text) ? inRange(Number(text), most) : Number.NaN;
}

/** Past 2^53 a double may be another number than the text. */
function wholeExactly(text: string): number {
  const value = whole(text, 2 ** 53);
  return text.length < 16 || Number.isNaN(value) || BigInt(text) === BigInt(value) ? value : Number.NaN;
}

/** As two's complement: one more below zero than above. */
function inRange(value: number, most: number): number {
  return value >= -most - 1 && value <= most ? value : Number.NaN;
}
