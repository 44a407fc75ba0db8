import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { to as copyTo } from 'pg-copy-streams';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { type Column, type ColumnKind, NULL_INT, type SqlType, type TableSchema } from '#src/columns/column.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { compilePgBinaryWriter, PGBINARY_HEADER, PGBINARY_TRAILER } from '#src/encode/pgbinary.js';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import type { CopyRowFormat } from '#src/pg/copy-format.js';
import { CopyStream } from '#src/pg/copy-stream.js';
import { generate } from '#src/run/generate.js';
import { createTable } from '#src/sinks/postgres/ddl.js';
import { RowDigest } from '#src/sinks/row-digest.js';
import { query, startServer, type TestServer, value } from '../../postgres-fixture.js';

const DAY_MS = 86_400_000;
const INTS = [0, 1, -1, 9, 10, 999, 1000, 32767, -32768, 2 ** 31 - 1, -(2 ** 31) + 1, 16_777_217, -33_554_435];
const INT53 = [0, 1, 999, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 1e15, 2 ** 53 - 1, 2 ** 53, -2, -3_000_000_000];
const TIMES = ['1970-01-01T00:00Z', '1999-12-31T23:59:59.999Z', '2000-01-01T00:00Z', '2026-03-29T01:00:00.001Z'];
const TEXTS = ['', ' ', 'a,b', 'say "hi"', 'line\nbreak', '\\.', '\\N', 'NULL', 'Köln', '日本', 'x'.repeat(300)];

describe('binary COPY into PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
    url = await server.database();
  });
  after(() => server.stop());

  /** Rows of the first table that the second lacks, and vice versa. */
  const differing = async (first: string, second: string): Promise<number> => {
    const sql = (a: string, b: string) => `SELECT count(*) FROM (TABLE ${a} EXCEPT ALL TABLE ${b}) AS d`;
    return Number(await value(url, sql(first, second))) + Number(await value(url, sql(second, first)));
  };

  it('stores the rows of a load as CSV does', async () => {
    const options = { to: url, rows: 100_000, workers: 2 };
    const csv = await generate({ ...options, table: 'as_csv', copyFormat: 'csv' });
    const binary = await generate({ ...options, table: 'as_binary', copyFormat: 'binary' });
    assert.equal(await value(url, 'SELECT count(*) FROM as_binary'), '100000');
    assert.equal(await differing('as_csv', 'as_binary'), 0);
    assert.equal(csv.digest, (await generate({ rows: 100_000, to: 'null' })).digest);
    assert.notEqual(binary.digest, csv.digest);
  });

  it('records in the ledger the digests of the bytes that the server sends back', async () => {
    await generate({ to: url, rows: 100_000, table: 'digested' });
    const shards = await query(
      url,
      `SELECT s.range_from AS "from", s.range_to AS "to", rows, bytes, digest FROM fleetgen_shard s JOIN fleetgen_run USING (run_id)
       WHERE table_name = 'digested' ORDER BY shard_index`,
    );
    assert.ok(shards.length > 1);
    for (const { from, to, rows, bytes, digest } of shards) {
      assert.equal(Number(rows), Number(to) - Number(from));
      const copied = await copyOut(
        `SELECT * FROM digested WHERE record_id >= ${from} AND record_id < ${to} ORDER BY 1`,
      );
      const told = new RowDigest('pgbinary');
      told.add(copied.subarray(PGBINARY_HEADER.length, -PGBINARY_TRAILER.length));
      assert.deepEqual(told.end(), { bytes: Number(bytes), digest });
    }
  });

  it('stores edge values and nulls of every kind as CSV does', async () => {
    const { schema, batch } = edgeTable();
    for (const format of ['csv', 'pgbinary'] as const) await copyBatch(`edge_${format}`, schema, batch, format);
    assert.equal(await value(url, 'SELECT count(*) FROM edge_pgbinary'), String(batch.length));
    assert.equal(await differing('edge_csv', 'edge_pgbinary'), 0);
    // EXCEPT takes -0 and 0 for equal, and so on: the texts must be the same as well.
    const texts = (table: string) => value(url, `SELECT md5(string_agg(t::text, chr(10))) FROM ${table} t`);
    assert.equal(await texts('edge_pgbinary'), await texts('edge_csv'));
  });

  it('stores reals and double precisions of all sizes and decimals as CSV does', async () => {
    const columns = Array.from({ length: 10 }, (_, decimals) => [
      column(`r${decimals}`, 'fixed', 'real', { decimals }),
      column(`d${decimals}`, 'fixed', 'double precision', { decimals }),
    ]).flat();
    const rows = 20_000;
    const batch = createBatch({ columns }, rows);
    batch.length = rows;
    let state = 1;
    for (let row = 0; row < rows; row++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      for (const { name } of columns) batch.arrays[name]![row] = (state >> (row % 29)) | (state === NULL_INT ? 1 : 0);
    }
    for (const format of ['csv', 'pgbinary'] as const) await copyBatch(`many_${format}`, { columns }, batch, format);
    assert.equal(await value(url, 'SELECT count(DISTINCT d9) > 5000 FROM many_csv'), true);
    assert.equal(await differing('many_csv', 'many_pgbinary'), 0);
  });

  /** The rows of a SELECT, as COPY sends them in its binary format. */
  async function copyOut(select: string): Promise<Buffer> {
    const client = await connectClient(connectionOf(url));
    const copied = await buffer(client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`)));
    await client.end();
    return copied;
  }

  async function copyBatch(table: string, schema: TableSchema, batch: Batch, format: CopyRowFormat): Promise<void> {
    const client = await connectClient(connectionOf(url));
    await client.query(createTable({ schema: 'public', table }, schema));
    const columns = schema.columns.map(({ name }) => name);
    const copy = new CopyStream(client, 'public', { table, columns }, format);
    const writer = format === 'csv' ? compileCsvWriter(schema) : compilePgBinaryWriter(schema);
    const bytes = new Uint8Array(batch.length * writer.maxRowBytes);
    await copy.write(bytes, writer.write(batch, 0, batch.length, bytes, 0));
    assert.equal(await copy.finish(), batch.length);
    await client.end();
  }
});

/** Every kind of column, nullable where it can be, its values in turn; the first row of a nullable one is null. */
function edgeTable(): { readonly schema: TableSchema; readonly batch: Batch } {
  const times = TIMES.map(Date.parse).concat(Date.parse('9999-12-31T23:59:59.999Z'));
  const small = INTS.filter((int) => Math.abs(int) <= 32767);
  const parts: [Column, values: readonly number[]][] = [
    [column('i8', 'int53', 'bigint'), INT53],
    [column('i8n', 'int53', 'bigint', { nullable: true }), [-1, ...INT53]],
    [column('i4', 'int', 'integer'), [...INTS, NULL_INT]],
    [column('i4n', 'int', 'integer', { nullable: true }), [NULL_INT, ...INTS]],
    [column('i2', 'int', 'smallint'), [...small, -32768]],
    [column('i2n', 'int', 'smallint', { nullable: true }), [NULL_INT, ...small]],
    [column('il', 'int', 'bigint'), INTS],
    ...[0, 1, 2, 6, 9].flatMap((decimals): [Column, readonly number[]][] => [
      [column(`f4_${decimals}`, 'fixed', 'real', { decimals, nullable: true }), [NULL_INT, ...INTS]],
      [column(`f8_${decimals}`, 'fixed', 'double precision', { decimals, nullable: true }), [NULL_INT, ...INTS]],
    ]),
    [column('b', 'bool', 'boolean'), [0, 1]],
    [column('e', 'enum', 'text', { values: TEXTS }), TEXTS.map((_, i) => i)],
    [
      column('t', 'tag', 'text', { prefix: 'É-', digits: 4, nullable: true }),
      [NULL_INT, 0, 42, 9999, 10_000, 2 ** 31 - 1],
    ],
    [column('d', 'date', 'date', { nullable: true }), [NULL_INT, ...times.map((time) => Math.floor(time / DAY_MS))]],
    [column('ts', 'timestamp', 'timestamptz', { nullable: true }), [NULL_INT, ...times]],
  ];
  const schema = { columns: parts.map(([part]) => part) };
  const rows = Math.max(...parts.map(([, values]) => values.length));
  const batch = createBatch(schema, rows);
  batch.length = rows;
  for (const [{ name }, values] of parts) {
    for (let row = 0; row < rows; row++) batch.arrays[name]![row] = values[row % values.length]!;
  }
  return { schema, batch };
}

function column(name: string, kind: ColumnKind, sqlType: SqlType, more: Partial<Column> = {}): Column {
  return { name, kind, sqlType, nullable: false, unit: '', description: '', ...more };
}
