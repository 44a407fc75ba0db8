import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, createBatch, isNull } from '#src/columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '#src/columns/column.js';
import { compileNdjsonWriter } from '#src/encode/ndjson.js';
import { arbitraryTable } from './arbitrary-table.js';
import { fieldText } from './reference-csv.js';

test('writes lines that JSON.parse reads back as the column values, names in order', () => {
  fc.assert(
    fc.property(arbitraryTable, ({ schema, batch }) => {
      const lines = write(schema, batch).split('\n');
      assert.equal(lines.pop(), '');
      assert.equal(lines.length, batch.length);
      lines.forEach((line, row) => {
        const parsed = JSON.parse(line);
        assert.deepEqual(
          Object.keys(parsed),
          schema.columns.map(({ name }) => name),
        );
        for (const column of schema.columns) {
          assert.deepEqual(parsed[column.name], jsonValue(column, batch.arrays[column.name]![row]!), column.name);
        }
      });
    }),
    { numRuns: 1000 },
  );
});

test('records where each row ends, also when rows are written a few at a time', () => {
  fc.assert(
    fc.property(arbitraryTable, fc.nat(12), ({ schema, batch }, wish) => {
      const cut = Math.min(wish, batch.length);
      const writer = compileNdjsonWriter(schema);
      const out = new Uint8Array(writer.maxRowBytes * batch.length);
      const ends = new Int32Array(batch.length);
      const middle = writer.write(batch, 0, cut, out, 0, ends);
      const end = writer.write(batch, cut, batch.length, out, middle, ends);
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(out.subarray(0, end));
      assert.equal(text, write(schema, batch));
      assert.equal(ends.at(-1), end);
      for (const at of ends) assert.equal(out[at - 1], 10);
      assert.equal(new Set(ends).size, batch.length);
    }),
  );
});

const written: [name: string, column: Partial<Column>, stored: number, json: string][] = [
  ['all decimals of a number', { kind: 'fixed', decimals: 6 }, 48_100_000, '48.100000'],
  ['the sign of a number between -1 and 0', { kind: 'fixed', decimals: 2 }, -5, '-0.05'],
  ['null for a missing number', { kind: 'fixed', decimals: 2, nullable: true }, NULL_INT, 'null'],
  ['null for a missing long number', { kind: 'int53', nullable: true }, -1, 'null'],
  ['true', { kind: 'bool' }, 1, 'true'],
  ['false', { kind: 'bool' }, 0, 'false'],
  ['a time of RFC 3339', { kind: 'timestamp' }, Date.UTC(2026, 0, 5, 8, 15, 30), '"2026-01-05T08:15:30.000Z"'],
  ['a text with quotes and a line feed', { kind: 'enum', values: ['a"b\n'] }, 0, '"a\\"b\\n"'],
  ['a tag', { kind: 'tag', prefix: 'VEH-', digits: 6 }, 42, '"VEH-000042"'],
  ['a date', { kind: 'date' }, 20_458, '"2026-01-05"'],
];
for (const [name, column, stored, json] of written) {
  test(`writes ${name}`, () => {
    const rest = { name: 'c', sqlType: 'text', kind: 'int', nullable: false, unit: '', description: '' } as const;
    const schema: TableSchema = { columns: [{ ...rest, ...column }] };
    const batch = createBatch(schema, 1);
    batch.arrays.c![0] = stored;
    batch.length = 1;
    assert.equal(write(schema, batch), `{"c":${json}}\n`);
  });
}

test('never executes a column name or text as code', () => {
  const nasty = '");throw 1;//`';
  const column = { name: nasty, sqlType: 'text', kind: 'enum', values: [nasty], nullable: false } as const;
  const schema: TableSchema = { columns: [{ ...column, unit: '', description: '' }] };
  const batch = createBatch(schema, 1);
  batch.length = 1;
  assert.deepEqual(JSON.parse(write(schema, batch)), { [nasty]: nasty });
});

function jsonValue(column: Column, stored: number): unknown {
  if (isNull(column, stored)) return null;
  switch (column.kind) {
    case 'bool':
      return stored === 1;
    case 'int53':
    case 'int':
      return stored;
    case 'fixed':
    case 'fixed53':
      return Number(fieldText(column, stored));
    default:
      return fieldText(column, stored);
  }
}

function write(schema: TableSchema, batch: Batch): string {
  const writer = compileNdjsonWriter(schema);
  const out = new Uint8Array(writer.maxRowBytes * batch.length);
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    out.subarray(0, writer.write(batch, 0, batch.length, out, 0)),
  );
}
