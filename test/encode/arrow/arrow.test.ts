/** Arrow as an independent reader sees it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Table as ArrowTable, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import type { Batch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { arrowHead, arrowTail, compileArrowWriter } from '#src/encode/arrow/arrow.js';
import { joinBytes } from '#src/encode/join-bytes.js';
import { arbitraryTable } from '../arbitrary-table.js';
import { encodeBlocks, expectedValue, withoutDates } from '../blocks.js';

const ABOUT = [['about', '{"seed":1}']] as const;

function bytesOf(schema: TableSchema, batches: readonly Batch[], isStream: boolean): Uint8Array {
  const writer = compileArrowWriter(schema, 100);
  const { parts, entries } = encodeBlocks(writer, batches);
  return joinBytes([arrowHead(schema, ABOUT, isStream), ...parts, arrowTail(schema, ABOUT, isStream, entries)]);
}

function assertHolds(table: ArrowTable, schema: TableSchema, batches: readonly Batch[]): void {
  assert.deepEqual(
    table.schema.fields.map(({ name }) => name),
    schema.columns.map(({ name }) => name),
  );
  for (const column of schema.columns) {
    const vector = table.getChild(column.name)!;
    const found = Array.from({ length: table.numRows }, (_, row) => withoutDates(vector.get(row)));
    const wanted = batches.flatMap(({ arrays, length }) =>
      Array.from({ length }, (_, row) => expectedValue(column, arrays[column.name]![row]!)),
    );
    assert.deepEqual(found, wanted, column.kind);
  }
}

describe('Arrow', () => {
  for (const isStream of [false, true]) {
    it(`as a ${isStream ? 'stream' : 'file'} holds the values of any table`, () => {
      fc.assert(
        fc.property(arbitraryTable, fc.boolean(), ({ schema, batch }, isReal) => {
          const columns = schema.columns.map((column) => ({
            ...column,
            sqlType: isReal && column.kind === 'fixed' ? ('real' as const) : column.sqlType,
          }));
          const batches = [batch, batch];
          assertHolds(tableFromIPC(bytesOf({ columns }, batches, isStream)), { columns }, batches);
        }),
        { numRuns: 200 },
      );
    });

    it(`as a ${isStream ? 'stream' : 'file'} may have no record batch`, () => {
      const schema: TableSchema = {
        columns: [
          { name: 'c', kind: 'enum', values: ['a'], sqlType: 'text', nullable: false, unit: '', description: '' },
        ],
      };
      const table = tableFromIPC(bytesOf(schema, [], isStream));
      assert.equal(table.numRows, 0);
      assert.equal(table.schema.fields.length, 1);
    });
  }

  it('tells the unit and the comment of each column, and the dataset', () => {
    const schema: TableSchema = {
      columns: [
        { name: 'v', kind: 'int', sqlType: 'smallint', nullable: true, unit: 'km/h', description: 'Speed.' },
        { name: 'w', kind: 'bool', sqlType: 'boolean', nullable: false, unit: '', description: 'Wet.' },
      ],
    };
    const { schema: found } = tableFromIPC(bytesOf(schema, [], false));
    assert.deepEqual([...found.metadata], [['about', '{"seed":1}']]);
    assert.deepEqual(
      found.fields.map(({ name, nullable, type, metadata }) => [name, nullable, String(type), [...metadata]]),
      [
        [
          'v',
          true,
          'Int16',
          [
            ['comment', 'Speed.'],
            ['unit', 'km/h'],
          ],
        ],
        ['w', false, 'Bool', [['comment', 'Wet.']]],
      ],
    );
  });

  it('takes enums of up to 255 values', () => {
    const values = Array.from({ length: 255 }, (_, i) => `value ${i}`);
    const schema: TableSchema = {
      columns: [{ name: 'c', kind: 'enum', values, sqlType: 'text', nullable: false, unit: '', description: '' }],
    };
    const c = Uint8Array.of(0, 127, 128, 254);
    const batch: Batch = { capacity: 4, length: 4, arrays: { c } };
    assertHolds(tableFromIPC(bytesOf(schema, [batch], false)), schema, [batch]);
  });

  it('refuses a batch of more rows than a record batch has', () => {
    const schema: TableSchema = {
      columns: [{ name: 'c', kind: 'bool', sqlType: 'boolean', nullable: false, unit: '', description: '' }],
    };
    const batch: Batch = { capacity: 200, length: 101, arrays: { c: new Uint8Array(200) } };
    assert.throws(() => [...compileArrowWriter(schema, 100).write(batch)], RangeError);
  });
});
