/** The bounds that every row writer respects: the batch's rows and the room in the output. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Batch, createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { compileNdjsonWriter } from '#src/encode/ndjson.js';
import { compilePgBinaryWriter } from '#src/encode/pgbinary.js';
import { arbitraryTable } from './arbitrary-table.js';

const UNTOUCHED = 0xee;
const ROWS = 5;

/** One column whose every row takes all the bytes that a row may take. */
const WIDEST: TableSchema = {
  columns: [
    {
      name: 'c',
      sqlType: 'text',
      kind: 'enum',
      nullable: false,
      unit: '',
      description: '',
      values: ['x'.repeat(30)],
    },
  ],
};

function batchOf(schema: TableSchema): Batch {
  const batch = createBatch(schema, ROWS);
  batch.length = ROWS;
  return batch;
}

for (const [name, compile] of [
  ['CSV', compileCsvWriter],
  ['NDJSON', compileNdjsonWriter],
  ['PostgreSQL binary', compilePgBinaryWriter],
] as const) {
  describe(`the writer of ${name}`, () => {
    for (const [kind, schema] of [
      ['telemetry', TELEMETRY],
      ['rows of the greatest width', WIDEST],
    ] as const) {
      it(`writes the last row of the batch and none beyond it: ${kind}`, () => {
        const writer = compile(schema);
        const batch = batchOf(schema);
        const out = new Uint8Array(writer.maxRowBytes * (ROWS + 2)).fill(UNTOUCHED);
        for (const from of [0, ROWS, ROWS + 1]) {
          assert.throws(() => writer.write(batch, from, ROWS + 1, out, 0), {
            name: 'RangeError',
            message: `the batch has ${ROWS} rows, and not ${ROWS + 1}`,
          });
        }
        assert.ok(out.every((byte) => byte === UNTOUCHED));
        const ends = new Int32Array(ROWS + 2);
        const end = writer.write(batch, 0, ROWS, out, 0, ends);
        assert.equal(ends[ROWS - 1], end);
        assert.deepEqual([...ends.subarray(ROWS)], [0, 0]);
        for (let row = 0; row < ROWS; row++) assert.ok(ends[row]! > (row === 0 ? 0 : ends[row - 1]!));
        // All rows are the same, so each is as long as the first.
        assert.equal(end, ROWS * ends[0]!);
      });

      it(`writes no row if from equals to: ${kind}`, () => {
        const writer = compile(schema);
        const out = new Uint8Array(64).fill(UNTOUCHED);
        for (const row of [0, 2, ROWS]) assert.equal(writer.write(batchOf(schema), row, row, out, 17), 17);
        assert.ok(out.every((byte) => byte === UNTOUCHED));
      });

      it(`needs exactly the declared room, and rejects less than the row: ${kind}`, () => {
        const writer = compile(schema);
        const batch = batchOf(schema);
        const room = writer.maxRowBytes;
        const row = new Uint8Array(room);
        const length = writer.write(batch, 0, 1, row, 0);
        assert.ok(length <= room);
        // The same at the end of a larger buffer, of which nothing else is touched.
        const large = new Uint8Array(room + 100).fill(UNTOUCHED);
        assert.equal(writer.write(batch, 0, 1, large, 100), 100 + length);
        assert.ok(large.subarray(0, 100).every((byte) => byte === UNTOUCHED));
        assert.deepEqual(large.subarray(100, 100 + length), row.subarray(0, length));
        assert.throws(() => writer.write(batch, 0, 1, new Uint8Array(length - 1), 0), RangeError);
      });
    }

    it('writes no row that is missing in one of the columns', () => {
      const schema = { columns: ['c', 'd'].map((name) => ({ ...WIDEST.columns[0]!, name })) };
      const arrays = { c: new Uint8Array(3), d: new Uint8Array(2) };
      const writer = compile(schema);
      const out = new Uint8Array(4 * writer.maxRowBytes);
      const batch = { arrays, capacity: 3, length: 3 };
      assert.throws(() => writer.write(batch, 0, 3, out, 0), { message: 'the batch has 2 rows, and not 3' });
      assert.ok(writer.write(batch, 0, 2, out, 0) > 0);
    });

    it('keeps no cached values from another batch', () => {
      const writer = compile(WIDEST);
      const small = createBatch(WIDEST, 1);
      const large = createBatch(WIDEST, 3);
      const out = new Uint8Array(4 * writer.maxRowBytes);
      const one = writer.write(small, 0, 1, out, 0);
      assert.equal(writer.write(large, 0, 3, out, 0), 3 * one);
      assert.throws(() => writer.write(small, 0, 2, out, 0), { message: 'the batch has 1 rows, and not 2' });
    });
  });
}

for (const [name, compile] of [
  ['CSV', compileCsvWriter],
  ['NDJSON', compileNdjsonWriter],
] as const) {
  it(`writes any rows of ${name} one by one into the room of one row`, () => {
    fc.assert(
      fc.property(arbitraryTable, ({ schema, batch }) => {
        const writer = compile(schema);
        const out = new Uint8Array(writer.maxRowBytes);
        for (let row = 0; row < batch.length; row++) {
          assert.ok(writer.write(batch, row, row + 1, out, 0) <= writer.maxRowBytes);
        }
      }),
      { numRuns: 300 },
    );
  });
}

it('writes into the given output, whichever it used before', () => {
  const writer = compileCsvWriter(WIDEST);
  const batch = batchOf(WIDEST);
  const room = writer.maxRowBytes;
  const line = Buffer.from(`${'x'.repeat(30)}\n`);
  const large = new Uint8Array(4 * room);
  const outputs = [
    new Uint8Array(room),
    new Uint8Array(room),
    large.subarray(0, room),
    large.subarray(room, 2 * room),
    large.subarray(2 * room),
  ];
  for (const out of [...outputs, ...outputs.toReversed()]) {
    for (const each of outputs) each.fill(UNTOUCHED);
    assert.equal(writer.write(batch, 0, 1, out, 0), line.length);
    for (const each of outputs) {
      const expected = each === out ? line : new Uint8Array(line.length).fill(UNTOUCHED);
      assert.deepEqual(Buffer.from(each.subarray(0, line.length)), Buffer.from(expected));
    }
  }
  // The rest of the larger buffer is not this output's.
  writer.write(batch, 0, 1, large, 0);
  assert.throws(() => writer.write(batch, 0, 1, large.subarray(0, line.length - 1), 0), RangeError);
});

it('refuses a batch without one of the columns, by its name', () => {
  const out = new Uint8Array(100);
  const batch = { arrays: {}, capacity: 1, length: 1 };
  assert.throws(() => compileCsvWriter(WIDEST).write(batch, 0, 1, out, 0), { message: 'the batch has no column c' });
});
