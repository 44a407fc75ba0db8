import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import type { Batch } from '#src/columns/batch.js';
import { type Column, NULL_INT } from '#src/columns/column.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { widestRange } from '#src/columns/widest-range.js';
import { fieldReader, storedFieldReader } from '#src/read/field-reader.js';
import { arbitraryTable } from '../encode/arbitrary-table.js';
import { fieldText } from '../encode/reference-csv.js';

const base = { name: 'c', sqlType: 'integer', nullable: false, unit: '', description: '' } as const;
const int: Column = { ...base, kind: 'int' };
const small: Column = { ...base, kind: 'int', sqlType: 'smallint' };
const big: Column = { ...base, kind: 'int53', sqlType: 'bigint' };
const real: Column = { ...base, kind: 'fixed', decimals: 1, sqlType: 'real' };
const double: Column = { ...base, kind: 'fixed', decimals: 6, sqlType: 'double precision' };
const bool: Column = { ...base, kind: 'bool', sqlType: 'boolean' };
const name: Column = { ...base, kind: 'enum', values: ['a', 'b'], sqlType: 'text' };
const tag: Column = { ...base, kind: 'tag', prefix: 'VEH-', digits: 6, sqlType: 'text' };
const time: Column = { ...base, kind: 'timestamp', sqlType: 'timestamptz' };
const date: Column = { ...base, kind: 'date', sqlType: 'date' };
const MOMENT = Date.UTC(2026, 0, 5, 5, 4, 29, 233);

describe('field reader', () => {
  it('reads back what the CSV writer prints, for any column and value', () => {
    fc.assert(
      fc.property(arbitraryTable, ({ schema, batch }) => {
        for (const column of schema.columns) {
          // An empty text can't be told from a missing value.
          if (column.values?.includes('') === true) continue;
          const read = fieldReader(column);
          for (const stored of valuesOf(batch, column.name)) {
            const text = fieldText(column, stored);
            assert.equal(fieldText(column, read(text)), text, column.kind);
          }
        }
      }),
    );
  });

  const read: readonly (readonly [column: Column, text: string, stored: number])[] = [
    [int, '5', 5],
    [int, '-5', -5],
    [int, '5.0', 5],
    [int, '5.', 5],
    [int, '5e2', 500],
    [int, '-2147483648', NULL_INT],
    [{ ...int, nullable: true }, '', NULL_INT],
    [small, '-32768', -32_768],
    [big, '12204580100.0', 12_204_580_100],
    [big, '1.22045801e+10', 12_204_580_100],
    [big, '9007199254740992', 2 ** 53],
    [{ ...big, nullable: true }, '', -1],
    [real, '61.2', 612],
    [real, '61.20', 612],
    [real, '61', 610],
    [real, '-.5', -5],
    [real, '-0.0', 0],
    // The value that a real holds, printed as a double.
    [real, '61.20000076293945', 612],
    [double, '1.2e-05', 12],
    [double, '4.8123456E1', 48_123_456],
    ...['0', 'f', 'false', 'False', 'FALSE'].map((text) => [bool, text, 0] as const),
    ...['1', 't', 'true', 'True', 'TRUE'].map((text) => [bool, text, 1] as const),
    [name, 'b', 1],
    [tag, 'VEH-000042', 42],
    [tag, 'VEH-1234567', 1_234_567],
    [date, '2026-02-28', 20_512],
    [date, '2024-02-29', 19_782],
    // As fleetgen, psql, DuckDB, pandas and polars write it, in UTC and other zones.
    [time, '2026-01-05T05:04:29.233Z', MOMENT],
    [time, '2026-01-05 05:04:29.233+00', MOMENT],
    [time, '2026-01-05 01:34:29.233-03:30', MOMENT],
    [time, '2026-01-05 10:34:29.233+05:30', MOMENT],
    [time, '2026-01-05 05:04:29.233000+00:00', MOMENT],
    [time, '2026-01-05T05:04:29.233000+0000', MOMENT],
    [time, '2026-01-05T01:34:29.233000-0330', MOMENT],
    [time, '2026-01-04 21:04:29.233000-08:00', MOMENT],
    [time, '2026-01-05 05:04:29+00', MOMENT - 233],
    [time, '2026-01-05 05:04:29.2+00', MOMENT - 33],
    [time, '1970-01-01T00:00:00Z', 0],
    [time, '9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ];
  for (const [column, text, stored] of read) {
    it(`reads "${text}" of a column of kind ${column.kind}`, () => {
      assert.ok(Object.is(fieldReader(column)(text), stored), String(fieldReader(column)(text)));
    });
  }

  const refused: readonly (readonly [column: Column, text: string, says: string])[] = [
    [int, '', 'a value is missing'],
    [int, '1.5', '"1.5" is not a whole number'],
    [int, '99999999999', '"99999999999" is not from -2147483648 to 2147483647'],
    [int, ' 5', '" 5" is not a whole number'],
    [int, '0x10', '"0x10" is not a whole number'],
    [int, '1_000', '"1_000" is not a whole number'],
    [int, 'NaN', '"NaN" is not a whole number'],
    [{ ...int, nullable: true }, '-2147483648', '"-2147483648" is not a whole number'],
    [{ ...int, nullable: true }, '\\N', '"\\\\N" is not a whole number'],
    [small, '32768', '"32768" is not from -32768 to 32767'],
    [big, '9007199254740993', '"9007199254740993" is not from -9007199254740992 to 9007199254740992'],
    [{ ...big, nullable: true }, '-1', '"-1" is not a whole number'],
    [real, '61.25', '"61.25" is not a number of at most 1 decimal'],
    [real, '61,2', '"61,2" is not a number of at most 1 decimal'],
    [real, 'Infinity', '"Infinity" is not a number of at most 1 decimal'],
    [real, '1e99', '"1e99" is not a number of at most 1 decimal'],
    [real, '.', '"." is not a number of at most 1 decimal'],
    [double, '61.20000076293945', '"61.20000076293945" is not a number of at most 6 decimals'],
    [bool, 'yes', '"yes" is not 0 or 1'],
    [bool, '2', '"2" is not 0 or 1'],
    [name, 'A', '"A" is not one of a, b'],
    [tag, 'CAR-000001', '"CAR-000001" is not an id such as VEH-000001'],
    [tag, 'VEH-5', '"VEH-5" is not an id such as VEH-000001'],
    [tag, 'VEH--00005', '"VEH--00005" is not an id such as VEH-000001'],
    [date, '2026-02-30', '"2026-02-30" is not a date such as 2026-01-05'],
    [date, '2026-13-01', '"2026-13-01" is not a date such as 2026-01-05'],
    [date, '2025-02-29', '"2025-02-29" is not a date such as 2026-01-05'],
    [date, '1969-12-31', '"1969-12-31" is not a date such as 2026-01-05'],
    ...[
      '2026-02-30T00:00:00Z',
      '2026-00-05T00:00:00Z',
      '2026-01-00T00:00:00Z',
      '5/1/2026 Z',
      '2026-01-05',
      '1767589469',
      '1767589469233',
      '2026-01-05 05:04:29.233',
      '2026-01-05T24:00:00Z',
      '2026-01-05T05:60:00Z',
      '2026-01-05T05:04:60Z',
      '2026-01-05T05:04:29.2331Z',
      '2026-01-05T05:04:29.233+25',
      '2026-01-05 05:04:29.233 UTC',
      '1969-12-31T23:59:59Z',
      '1970-01-01T00:00:00+01',
      '9999-12-31T23:59:59-01',
    ].map((text) => [time, text, `"${text}" is not a time with its zone, such as 2026-01-05T08:15:30.000Z`] as const),
  ];
  for (const [column, text, says] of refused) {
    it(`refuses "${text}" of a column of kind ${column.kind}`, () => {
      assert.throws(() => fieldReader(column)(text), new RangeError(says));
    });
  }

  it('truncates a long value in the message', () => {
    const read = fieldReader(name);
    assert.throws(() => read('x'.repeat(100)), { message: `"${'x'.repeat(37)}..." is not one of a, b` });
  });

  it('rejects values outside the range of the column, and accepts its bounds', () => {
    for (const column of TELEMETRY.columns) {
      const range = widestRange(column);
      if (range === undefined) continue;
      const step = 10 ** -(column.decimals ?? 0);
      const text = (value: number) => value.toFixed(column.decimals ?? 0);
      const { min, max } = range;
      const reader = fieldReader(column);
      for (const end of [min, max]) if (end !== undefined) reader(text(end));
      if (min !== undefined) assert.throws(() => reader(text(min - step)), RangeError, column.name);
      if (max !== undefined) assert.throws(() => reader(text(max + step)), RangeError, column.name);
    }
    const of = (column: string) => fieldReader(TELEMETRY.columns.find((each) => each.name === column)!);
    assert.throws(() => of('latitude')('95'), { message: '"95" is not from -90 to 90' });
    assert.throws(() => of('hour_of_day')('25'), { message: '"25" is not from 0 to 23' });
    assert.throws(() => of('record_id')('-5'), { message: '"-5" is below 0' });
  });
});

const stored: readonly (readonly [column: Column, text: string, stored: number])[] = [
  [time, String(MOMENT), MOMENT],
  [{ ...time, nullable: true }, '', NULL_INT],
  [real, '61.20000076293945', 612],
  [real, '-0.30000001192092896', -3],
  [double, '48.1234564', 48_123_456],
  [{ ...double, kind: 'fixed53', decimals: 2 }, '1.25', 125],
  [int, '-5', -5],
  [name, 'b', 1],
  [date, '2026-02-28', 20_512],
];
for (const [column, text, value] of stored) {
  test(`reads "${text}" of a server's column of kind ${column.kind}`, () => {
    assert.equal(storedFieldReader(column)(text), value);
  });
}

test('reads a signed zero, and decimals without a leading digit', () => {
  for (const text of ['-0', '-0.0', '+0', '0']) assert.ok(Object.is(fieldReader(int)(text), 0), text);
  assert.equal(fieldReader(double)('.25'), 250_000);
});

test('reads null as a missing value', () => {
  assert.equal(fieldReader({ ...int, nullable: true })(null), NULL_INT);
  assert.throws(() => fieldReader(int)(null), { name: 'RangeError', message: 'a value is missing' });
});

const nearly: readonly (readonly [column: Column, text: string, says: RegExp])[] = [
  [int, '-2147483649', /is not from -2147483648 to 2147483647$/],
  [{ ...int, nullable: true }, '99999999999', /is not from -2147483648 to 2147483647$/],
  [{ ...tag, digits: 2 }, 'VEH--5', /is not an id such as VEH-01$/],
  [{ ...name, values: [...'abcdefghijkl'] }, 'x', /is not one of a, b, c, d, e, f, g, h, i, j, k, l$/],
  [{ ...name, values: [...'abcdefghijklm'] }, 'x', /is not one of its values$/],
  ...[' 2026-01-05', '12026-01-05', '2026-01-05 ', '2026-01-051'].map((text) => [date, text, /is not a date/] as const),
  ...[' 2026-01-05T05:04:29Z', '12026-01-05T05:04:29Z', '2026-01-05T05:04:29Z ', '9999-12-31T23:00:00-01'].map(
    (text) => [time, text, /is not a time/] as const,
  ),
];
for (const [column, text, says] of nearly) {
  test(`refuses "${text}", which is nearly a value of kind ${column.kind}`, () => {
    assert.throws(() => fieldReader(column)(text), { name: 'RangeError', message: says });
  });
}

function valuesOf(batch: Batch, column: string): number[] {
  return Array.from(batch.arrays[column]!.subarray(0, batch.length));
}
