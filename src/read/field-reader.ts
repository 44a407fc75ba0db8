/** Parses texts into the values that a batch stores. */

import { plural, shownValue } from '../base/text.js';
import { type Column, NULL_INT } from '../columns/column.js';
import { widestRange } from '../columns/widest-range.js';
import { readDate, readTimestamp } from './times.js';

const MOST_LISTED = 12;

/**
 * Parses a column's text to its stored value; '' and null are a missing value. Throws RangeError for an invalid value.
 */
export type FieldReader = (text: string | null) => number;

/**
 * A strict reader for files: a text must be exactly a number, name or time that the column can hold. Numbers may be
 * written differently (5, 5.0, 5e0), and booleans, too (1, t, true, True).
 */
export function fieldReader(column: Column): FieldReader {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = widestRange(column);
  const unit = column.kind === 'fixed' || column.kind === 'fixed53' ? unitOf(column) : 1;
  return nullable(column, valueReader(column), (value, text) => {
    if (value / unit >= min && value / unit <= max) return;
    throw new RangeError(
      `${shownValue(text)} is ${max >= Number.MAX_SAFE_INTEGER ? `below ${min}` : `not from ${min} to ${max}`}`,
    );
  });
}

/**
 * A reader for the server's texts, with numbers rounded to the column's decimals and timestamps as milliseconds since
 * 1970.
 */
export function storedFieldReader(column: Column): FieldReader {
  switch (column.kind) {
    case 'timestamp':
      return nullable(column, (text) => wholeNumber(text));
    case 'fixed':
    case 'fixed53': {
      const unit = unitOf(column);
      return nullable(column, (text) => Math.round(plainNumber(text) * unit));
    }
    default:
      return nullable(column, valueReader(column));
  }
}

function nullable(
  column: Column,
  read: (text: string) => number,
  check?: (value: number, text: string) => void,
): FieldReader {
  const missing = column.kind === 'int53' ? -1 : NULL_INT;
  const [least, most] = storeOf(column);
  return (text) => {
    if (text === null || text === '') {
      if (column.nullable) return missing;
      throw new RangeError('a value is missing');
    }
    const value = read(text);
    if (!Number.isNaN(value)) check?.(value, text);
    // The code of a missing value is not a valid value.
    if (value >= least && value <= most && !(column.nullable && value === missing)) return value;
    const isBeyond = WHOLE.has(column.kind) && /^[-+]?\d+$/.test(text) && !(column.nullable && value === missing);
    const expected = isBeyond ? `from ${least} to ${most}` : EXPECTED[column.kind](column);
    throw new RangeError(`${shownValue(text)} is not ${expected}`);
  };
}

const WHOLE: ReadonlySet<Column['kind']> = new Set(['int', 'int53']);

const EXPECTED: Readonly<Record<Column['kind'], (column: Column) => string>> = {
  int53: () => 'a whole number',
  int: () => 'a whole number',
  fixed: decimalNumber,
  fixed53: decimalNumber,
  bool: () => '0 or 1',
  enum: ({ values = [] }) => (values.length <= MOST_LISTED ? `one of ${values.join(', ')}` : 'one of its values'),
  tag: ({ prefix, digits }) => `an id such as ${prefix}${'1'.padStart(digits ?? 1, '0')}`,
  timestamp: () => 'a time with its zone, such as 2026-01-05T08:15:30.000Z',
  date: () => 'a date such as 2026-01-05',
};

function decimalNumber({ decimals = 0 }: Column): string {
  return `a number of at most ${decimals} ${plural(decimals, 'decimal')}`;
}

/** The inclusive range that the column's type and array can hold. */
function storeOf({ kind, sqlType }: Column): readonly [least: number, most: number] {
  if (kind === 'int53' || kind === 'fixed53' || kind === 'timestamp') return [-(2 ** 53), 2 ** 53];
  return sqlType === 'smallint' ? [-(2 ** 15), 2 ** 15 - 1] : [-(2 ** 31), 2 ** 31 - 1];
}

/** NaN for an invalid value. */
function valueReader(column: Column): (text: string) => number {
  switch (column.kind) {
    case 'int53':
    case 'int':
      return wholeNumber;
    case 'fixed':
    case 'fixed53':
      return fixedReader(column);
    case 'bool':
      return (text) => BOOLEANS.get(text) ?? Number.NaN;
    case 'enum': {
      const codes = new Map(column.values?.map((value, code) => [value, code]));
      return (text) => codes.get(text) ?? Number.NaN;
    }
    case 'tag': {
      const { prefix = '', digits = 0 } = column;
      return (text) => {
        const value = Number(text.slice(prefix.length));
        return text === prefix + String(value).padStart(digits, '0') && value >= 0 ? value : Number.NaN;
      };
    }
    case 'timestamp':
      return readTimestamp;
    case 'date':
      return readDate;
  }
}

const BOOLEANS: ReadonlyMap<string, number> = new Map(
  ['0 f false False FALSE', '1 t true True TRUE'].flatMap((texts, value) =>
    texts.split(' ').map((text) => [text, value] as const),
  ),
);

/** The number in the text, to the last decimal, as its type (real or double) holds it. */
function fixedReader(column: Column): (text: string) => number {
  const unit = unitOf(column);
  const real = column.sqlType === 'real';
  return (text) => {
    const found = plainNumber(text);
    const value = Math.round(found * unit);
    return value / unit === found || (real && Math.fround(value / unit) === found) ? value + 0 : Number.NaN;
  };
}

function plainNumber(text: string): number {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Above 2^53 a double may differ from the text. */
function wholeNumber(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text) + 0;
  if (/^-?\d+$/.test(text)) return BigInt(text) === BigInt(Number(text)) ? Number(text) : Number.NaN;
  const value = plainNumber(text);
  return Number.isSafeInteger(value) ? value + 0 : Number.NaN;
}

function unitOf({ decimals = 0 }: Column): number {
  return 10 ** decimals;
}
