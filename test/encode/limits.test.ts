/** The limits of columns: every writer accepts the largest it can write and rejects the next before writing any row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import type { Column } from '#src/columns/column.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { compileNdjsonWriter } from '#src/encode/ndjson.js';
import { compilePgBinaryWriter } from '#src/encode/pgbinary.js';

const LARGEST = 2 ** 31 - 1;
const names = (count: number) => Array.from({ length: count }, (_, code) => `value ${code}`);

/** With the longest text of an enum and the longest prefix that leave room for what the writer puts around them. */
const WRITERS = [
  ['CSV', compileCsvWriter, 4095, 64],
  ['NDJSON', compileNdjsonWriter, 4093, 63],
  ['PostgreSQL binary', compilePgBinaryWriter, 4092, 64],
] as const;

for (const [name, compile, longest, longestPrefix] of WRITERS) {
  /** The first row that the writer makes of the value, as text. */
  const write = (column: Partial<Column>, stored: number): string => {
    const rest = { name: 'c', sqlType: 'text', kind: 'enum', nullable: false, unit: '', description: '' } as const;
    const schema = { columns: [{ ...rest, ...column }] };
    const writer = compile(schema);
    const batch = createBatch(schema, 1);
    batch.arrays.c![0] = stored;
    batch.length = 1;
    const out = new Uint8Array(writer.maxRowBytes);
    return Buffer.from(out.subarray(0, writer.write(batch, 0, 1, out, 0))).toString('latin1');
  };
  const refuses = (column: Partial<Column>, message: RegExp) =>
    assert.throws(() => write(column, 0), { name: 'RangeError', message });

  describe(`the writer of ${name}`, () => {
    it('accepts an enum of 1 to 256 values', () => {
      assert.match(write({ values: names(1) }, 0), /value 0/);
      assert.match(write({ values: names(256) }, 255), /value 255/);
      refuses({ values: [] }, /1 to 256 values, not 0$/);
      refuses({ values: names(257) }, /1 to 256 values, not 257$/);
    });

    it('accepts enum values of up to 4 KiB, including delimiters', () => {
      assert.ok(write({ values: ['x'.repeat(longest)] }, 0).includes('x'.repeat(longest)));
      refuses({ values: ['a', 'x'.repeat(longest + 1)] }, /longer than 4 KiB/);
    });

    it('accepts tags of 1 to 10 digits and a prefix of up to 64 bytes', () => {
      assert.match(write({ kind: 'tag', prefix: 'V', digits: 1 }, 7), /V7\b/);
      assert.match(write({ kind: 'tag', prefix: 'V', digits: 10 }, LARGEST), /V2147483647/);
      for (const digits of [0, 11, Number.NaN]) {
        refuses({ kind: 'tag', prefix: 'V', digits }, new RegExp(`1 to 10 digits, not ${digits}$`));
      }
      const prefix = 'x'.repeat(longestPrefix);
      assert.ok(write({ kind: 'tag', prefix, digits: 10 }, LARGEST).includes(`${prefix}2147483647`));
      refuses({ kind: 'tag', prefix: `${prefix}x`, digits: 1 }, /longer than 64 bytes/);
    });

    it('has room for the maximum number of columns, each with its longest value', () => {
      const column = { sqlType: 'text', kind: 'enum', nullable: false, unit: '', description: '' } as const;
      const columns = names(40).map((name): Column => ({ ...column, name, values: ['x'.repeat(21)] }));
      const writer = compile({ columns });
      const batch = createBatch({ columns }, 1);
      batch.length = 1;
      assert.ok(writer.write(batch, 0, 1, new Uint8Array(writer.maxRowBytes), 0) > 40 * 21);
    });

    it('accepts numbers of 0 to 9 decimals', () => {
      for (const kind of ['fixed', 'fixed53'] as const) {
        for (const decimals of [0, 9]) write({ kind, decimals, sqlType: 'double precision' }, 1);
        for (const decimals of [-1, 10, 1.5]) {
          refuses({ kind, decimals, sqlType: 'double precision' }, new RegExp(`0 to 9 decimals, not ${decimals}$`));
        }
      }
    });
  });
}
