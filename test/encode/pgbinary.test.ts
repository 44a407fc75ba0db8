import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { createBatch } from '#src/columns/batch.js';
import { type Column, type ColumnKind, NULL_INT, type SqlType } from '#src/columns/column.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { compilePgBinaryWriter, PGBINARY_HEADER, PGBINARY_TRAILER } from '#src/encode/pgbinary.js';

function column(kind: ColumnKind, sqlType: SqlType, more: Partial<Column> = {}): Column {
  return { name: 'c', kind, sqlType, nullable: false, unit: '', description: '', ...more };
}

/** The fields of a table of one column, without their lengths; null for a missing value. */
function fieldsOf(only: Column, values: readonly number[]): (Uint8Array | null)[] {
  const schema = { columns: [only] };
  const writer = compilePgBinaryWriter(schema);
  const batch = createBatch(schema, values.length);
  batch.arrays.c!.set(values);
  const out = new Uint8Array(values.length * writer.maxRowBytes);
  const end = writer.write(batch, 0, values.length, out, 0);
  const view = new DataView(out.buffer);
  const fields: (Uint8Array | null)[] = [];
  let at = 0;
  while (at < end) {
    assert.equal(view.getInt16(at), 1);
    const length = view.getInt32(at + 2);
    fields.push(length === -1 ? null : out.subarray(at + 6, at + 6 + length));
    at += 6 + Math.max(0, length);
  }
  assert.equal(at, end);
  assert.equal(fields.length, values.length);
  return fields;
}

function view(field: Uint8Array | null | undefined): DataView {
  return new DataView(field!.buffer, field!.byteOffset, field!.byteLength);
}

const text = (field: Uint8Array | null | undefined) => new TextDecoder().decode(field!);

/** Whether `found`, a float, is as near to stored / 10^decimals as its neighbours, by exact arithmetic. */
function isNearest(found: number, stored: number, decimals: number): boolean {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, found);
  const pattern = bits.getInt32(0);
  const neighbours = [pattern - 1, pattern + 1].map((near) => {
    bits.setInt32(0, near);
    return bits.getFloat32(0);
  });
  const distance = (float: number): bigint => {
    // Every float of these sizes is a whole number of 2^-60.
    const difference = BigInt(float * 2 ** 60) * 10n ** BigInt(decimals) - (BigInt(stored) << 60n);
    return difference < 0n ? -difference : difference;
  };
  return neighbours.every((neighbour) => distance(found) <= distance(neighbour));
}

describe('binary COPY', () => {
  it('writes whole numbers in the width of their type', () => {
    const small = [0, 1, -1, 32767, -32768];
    assert.deepEqual(
      fieldsOf(column('int', 'smallint'), small).map((field) => view(field).getInt16(0)),
      small,
    );
    const middle = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
    for (const type of ['integer', 'bigint'] as const) {
      const found = fieldsOf(column('int', type), middle).map((field) =>
        Number(type === 'integer' ? view(field).getInt32(0) : view(field).getBigInt64(0)),
      );
      assert.deepEqual(found, middle);
    }
    const large = [0, 1, -1, -3_000_000_000, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 2 ** 53 - 1];
    assert.deepEqual(
      fieldsOf(column('int53', 'bigint'), large).map((field) => view(field).getBigInt64(0)),
      large.map(BigInt),
    );
  });

  it('rejects a number that does not fit a smallint', () => {
    for (const value of [32768, -32769, 65536]) {
      assert.throws(() => fieldsOf(column('int', 'smallint'), [value]), RangeError);
    }
  });

  it('writes times in microseconds and dates in days since 2000', () => {
    const times = ['1970-01-01T00:00:00.000Z', '1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z'];
    times.push('2026-01-05T08:15:30.123Z', '2255-06-05T23:47:34.741Z', '9999-12-31T23:59:59.999Z');
    const base = BigInt(Date.UTC(2000, 0));
    assert.deepEqual(
      fieldsOf(column('timestamp', 'timestamptz'), times.map(Date.parse)).map((field) => view(field).getBigInt64(0)),
      times.map((time) => (BigInt(Date.parse(time)) - base) * 1000n),
    );
    const days = [0, 10_956, 10_957, 20_458, 2_932_896];
    assert.deepEqual(
      fieldsOf(column('date', 'date'), days).map((field) => view(field).getInt32(0)),
      days.map((day) => day - 10_957),
    );
  });

  it('writes any time as its microseconds', () => {
    const timestamp = column('timestamp', 'timestamptz');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        const [field] = fieldsOf(timestamp, [ms]);
        assert.equal(view(field).getBigInt64(0), BigInt(ms - Date.UTC(2000, 0)) * 1000n);
      }),
    );
  });

  it('writes texts as UTF-8 with their length in bytes', () => {
    const values = ['', 'a,b', 'Köln', '日本', 'x'.repeat(40), ' '];
    assert.deepEqual(fieldsOf(column('enum', 'text', { values }), [0, 1, 2, 3, 4, 5, 0]).map(text), [...values, '']);
    const tag = column('tag', 'text', { prefix: 'É-', digits: 3 });
    assert.deepEqual(fieldsOf(tag, [0, 0, 42, 1234, 2 ** 31 - 1]).map(text), [
      'É-000',
      'É-000',
      'É-042',
      'É-1234',
      'É-2147483647',
    ]);
  });

  it('writes booleans as one byte', () => {
    assert.deepEqual(
      fieldsOf(column('bool', 'boolean'), [0, 1]).map((field) => [...field!]),
      [[0], [1]],
    );
  });

  it('writes no bytes for a missing value', () => {
    const nullable = { nullable: true, decimals: 1, prefix: 'V', digits: 2 };
    const types: [ColumnKind, SqlType, missing: number][] = [
      ['int53', 'bigint', -1],
      ['int', 'smallint', NULL_INT],
      ['fixed', 'real', NULL_INT],
      ['fixed', 'double precision', NULL_INT],
      ['tag', 'text', NULL_INT],
      ['date', 'date', NULL_INT],
      ['timestamp', 'timestamptz', NULL_INT],
    ];
    for (const [kind, sqlType, missing] of types) {
      const [before, field, after] = fieldsOf(column(kind, sqlType, nullable), [7, missing, 7]);
      assert.equal(field, null, kind);
      assert.deepEqual(before, after);
    }
  });

  it('writes a double precision as the double nearest to its decimal text', () => {
    for (let decimals = 0; decimals <= 9; decimals++) {
      const fixed = column('fixed', 'double precision', { decimals });
      const values = [0, 1, -1, 9, 2 ** 31 - 1, -(2 ** 31), 52_123_456, -13_404_954, 999_999_999];
      assert.deepEqual(
        fieldsOf(fixed, values).map((field) => view(field).getFloat64(0)),
        values.map((value) => Number(`${value}e-${decimals}`)),
      );
    }
  });

  it('writes a real as the float nearest to its decimal, also close to the midpoint of two floats', () => {
    for (let decimals = 0; decimals <= 9; decimals++) {
      const values = [0, 1, -1, 5, 2 ** 31 - 1, -(2 ** 31), 16_777_217, -33_554_434];
      // Odd numbers of 25 bits in all the binades that such decimals reach.
      for (let k = 0; k < 5_000; k++) {
        const middle = 2 ** 24 + ((k * 7_919_777) % 2 ** 24) + (1 - (k % 2));
        const nearest = Math.round(middle * 2 ** (-54 + (k % 61)) * 10 ** decimals);
        if (nearest < 2 ** 31 - 1) values.push(nearest, -nearest - 1, nearest + 1);
      }
      assert.ok(values.length > 1000);
      const floats = fieldsOf(column('fixed', 'real', { decimals }), values).map((field) => view(field).getFloat32(0));
      const wrong = values.filter((value, i) => value !== 0 && !isNearest(floats[i]!, value, decimals));
      assert.deepEqual(wrong, []);
    }
  });

  it('begins each row with its number of fields, and fits in the room it asks for', () => {
    const schema = TELEMETRY;
    const writer = compilePgBinaryWriter(schema);
    const batch = createBatch(schema, 3);
    const out = new Uint8Array(3 * writer.maxRowBytes);
    const ends = new Int32Array(3);
    writer.write(batch, 0, 3, out, 0, ends);
    for (const at of [0, ends[0]!, ends[1]!]) {
      assert.equal(new DataView(out.buffer).getInt16(at), schema.columns.length);
    }
  });

  it('rejects a kind of value that the type cannot hold', () => {
    const wrong: [ColumnKind, SqlType][] = [
      ['int53', 'integer'],
      ['int', 'real'],
      ['fixed', 'integer'],
      ['bool', 'text'],
      ['enum', 'integer'],
      ['timestamp', 'date'],
      ['date', 'timestamptz'],
    ];
    for (const [kind, type] of wrong) {
      const schema = { columns: [column(kind, type, { values: ['a'], decimals: 1 })] };
      assert.throws(() => compilePgBinaryWriter(schema), RangeError, `${kind} as ${type}`);
    }
  });
});

test("has the header and trailer of PostgreSQL's manual", () => {
  assert.equal(Buffer.from(PGBINARY_HEADER).toString('latin1'), `PGCOPY\n\xff\r\n\0${'\0'.repeat(8)}`);
  assert.deepEqual([...PGBINARY_TRAILER], [0xff, 0xff]);
});

test('writes the field count once per row, then each field with its length', () => {
  const columns = [column('int', 'smallint'), column('bool', 'boolean'), column('int', 'smallint')].map((each, i) => {
    return { ...each, name: `c${i}` };
  });
  const writer = compilePgBinaryWriter({ columns });
  const batch = createBatch({ columns }, 1);
  columns.forEach(({ name }, i) => {
    batch.arrays[name]![0] = i;
  });
  batch.length = 1;
  const out = new Uint8Array(writer.maxRowBytes);
  const end = writer.write(batch, 0, 1, out, 0);
  assert.deepEqual([...out.subarray(0, end)], [0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 2]);
});

test('accepts up to the 1600 columns that PostgreSQL allows', () => {
  const columns = Array.from({ length: 1601 }, (_, i) => ({ ...column('bool', 'boolean'), name: `c${i}` }));
  assert.ok(compilePgBinaryWriter({ columns: columns.slice(1) }).maxRowBytes >= 2 + 1600 * 5);
  assert.throws(() => compilePgBinaryWriter({ columns }), { message: 'a table has at most 1600 columns, not 1601' });
});
