import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '#src/columns/column.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { compileCsvWriter, csvHeader, csvText } from '#src/encode/csv.js';
import { arbitraryTable } from './arbitrary-table.js';
import { readCsv } from './read-csv.js';
import { fieldText, referenceCsv } from './reference-csv.js';

test('writes the bytes of the plain reference for any columns and values', () => {
  fc.assert(
    fc.property(arbitraryTable, ({ schema, batch }) => {
      assert.equal(writeAll(schema, batch), referenceCsv(schema, batch));
    }),
    { numRuns: 2000 },
  );
});

test('writes fields that fast-csv reads back as the column values', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTable, async ({ schema, batch }) => {
      // A row that is one empty field is a blank line: readers differ on what it means, and every real table has more
      // columns.
      fc.pre(schema.columns.length > 1);
      const rows = await readCsv(csvHeader(schema) + writeAll(schema, batch));
      const expected = Array.from({ length: batch.length }, (_, row) =>
        schema.columns.map((column) => fieldText(column, batch.arrays[column.name]![row]!)),
      );
      assert.deepEqual(rows, [schema.columns.map((column) => column.name), ...expected]);
    }),
    { numRuns: 500 },
  );
});

test('writes the same bytes a few rows at a time as all at once', () => {
  fc.assert(
    fc.property(arbitraryTable, fc.array(fc.nat(12)), ({ schema, batch }, cuts) => {
      const writer = compileCsvWriter(schema);
      const out = new Uint8Array(writer.maxRowBytes * batch.length);
      const bounds = [0, ...cuts.filter((cut) => cut < batch.length), batch.length].sort((a, b) => a - b);
      let end = 0;
      for (let i = 1; i < bounds.length; i++) end = writer.write(batch, bounds[i - 1]!, bounds[i]!, out, end);
      assert.equal(decode(out, 0, end), referenceCsv(schema, batch));
    }),
  );
});

test('stays inside a view of a larger buffer', () => {
  fc.assert(
    fc.property(arbitraryTable, ({ schema, batch }) => {
      const writer = compileCsvWriter(schema);
      const room = writer.maxRowBytes * batch.length;
      const whole = new Uint8Array(room + 32).fill(0xee);
      const end = writer.write(batch, 0, batch.length, whole.subarray(7, 16 + room), 9);
      assert.equal(decode(whole, 16, end + 7), referenceCsv(schema, batch));
      assert.ok(whole.subarray(0, 16).every((byte) => byte === 0xee));
      assert.ok(whole.subarray(16 + room).every((byte) => byte === 0xee));
    }),
  );
});

const written: [name: string, column: Partial<Column>, stored: number, text: string][] = [
  ['a negative below one keeps its sign', { kind: 'fixed', decimals: 2 }, -5, '-0.05'],
  ['zero has all its decimals and no sign', { kind: 'fixed', decimals: 6 }, 0, '0.000000'],
  ['the smallest int32 where it is not null', { kind: 'fixed', decimals: 3 }, NULL_INT, '-2147483.648'],
  ['null', { kind: 'fixed', decimals: 3, nullable: true }, NULL_INT, ''],
  ['the largest exact integer', { kind: 'int53' }, 2 ** 53 - 1, '9007199254740991'],
  ['int53 null', { kind: 'int53', nullable: true }, -1, ''],
  ['int53 -1 where it is not null', { kind: 'int53' }, -1, '-1'],
  ['the last millisecond of a leap day', { kind: 'timestamp' }, Date.UTC(2024, 2, 1) - 1, '2024-02-29T23:59:59.999Z'],
  ['the first instant', { kind: 'timestamp' }, 0, '1970-01-01T00:00:00.000Z'],
  ['a date', { kind: 'date' }, 20_458, '2026-01-05'],
  ['a tag with more digits than its width', { kind: 'tag', prefix: 'VEH-', digits: 6 }, 12_345_678, 'VEH-12345678'],
  ['a text that needs quotes', { kind: 'enum', values: ['a', 'x,"y"'] }, 1, '"x,""y"""'],
  ['true', { kind: 'bool' }, 1, '1'],
];
for (const [name, column, stored, text] of written) {
  test(`writes ${name}`, () => {
    const schema = schemaOf({ ...column });
    assert.equal(writeAll(schema, batchOf(schema, stored)), `${text}\n`);
  });
}

test('refreshes cached fields when their value changes', () => {
  const DAY = 86_400_000;
  const runs: [kind: Column['kind'], values: number[]][] = [
    ['timestamp', [DAY - 1, DAY, 2 * DAY - 1, 2 * DAY, 0, 3 * DAY]],
    ['int53', [998, 999, 1000, 1001, 1999, 2000, 999, 0, 999_999, 1_000_000]],
    ['date', [30, 31, 31, 30, 59]],
  ];
  for (const [kind, values] of runs) {
    const schema = schemaOf({ kind });
    const batch = createBatch(schema, values.length);
    batch.arrays.c!.set(values);
    batch.length = values.length;
    assert.equal(writeAll(schema, batch), referenceCsv(schema, batch));
  }
});

const refusedValues: [name: string, column: Partial<Column>, stored: number][] = [
  ['a code without a text', { kind: 'enum', values: ['a', 'b'] }, 2],
  ['a timestamp that is not a number', { kind: 'timestamp' }, Number.NaN],
  ['a time before 1970', { kind: 'timestamp' }, -1],
  ['a day after the year 9999', { kind: 'date' }, 2_932_897],
  ['a negative tag', { kind: 'tag', prefix: 'V', digits: 3 }, -4],
];
for (const [name, column, stored] of refusedValues) {
  test(`refuses ${name}`, () => {
    const schema = schemaOf({ ...column });
    assert.throws(() => writeAll(schema, batchOf(schema, stored)), RangeError);
  });
}

test('refuses a buffer that is too small instead of cutting a row', () => {
  const batch = createBatch(TELEMETRY, 4);
  assert.throws(() => compileCsvWriter(TELEMETRY).write(batch, 0, 4, new Uint8Array(300), 0), RangeError);
});

test('never executes a column name or text as code', () => {
  const nasty = "');throw 1;//`";
  const schema = schemaOf({ name: nasty, kind: 'enum', values: [nasty] });
  assert.equal(csvHeader(schema) + writeAll(schema, batchOf(schema, 0)), `${nasty}\n${nasty}\n`);
});

test('quotes a text only if a reader needs it', () => {
  for (const text of ['a b', '\\.x', 'x\\.', '\\', '.', "'"]) assert.equal(csvText(text), text);
  for (const text of ['', ' a', 'a ', 'a,b', 'a\rb', 'a\nb', '\\.']) assert.equal(csvText(text), `"${text}"`);
  assert.equal(csvText('"'), '""""');
});

function schemaOf(column: Partial<Column>): TableSchema {
  const rest = { name: 'c', sqlType: 'text', kind: 'int', nullable: false, unit: '', description: '' } as const;
  return { columns: [{ ...rest, ...column }] };
}

function batchOf(schema: TableSchema, stored: number): Batch {
  const batch = createBatch(schema, 1);
  batch.arrays[schema.columns[0]!.name]![0] = stored;
  batch.length = 1;
  return batch;
}

function writeAll(schema: TableSchema, batch: Batch): string {
  const writer = compileCsvWriter(schema);
  const out = new Uint8Array(writer.maxRowBytes * batch.length);
  return decode(out, 0, writer.write(batch, 0, batch.length, out, 0));
}

/** ignoreBOM: a text may begin with U+FEFF, and a decoder would drop it. */
function decode(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(from, to));
}
