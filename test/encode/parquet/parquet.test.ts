/** Parquet as an independent reader sees it: values, statistics, indexes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snappyCompress } from '@platformatic/wasm-utils';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects, readColumnIndex, readOffsetIndex } from 'hyparquet';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '#src/columns/column.js';
import type { Compress } from '#src/encode/block-writer.js';
import { joinBytes } from '#src/encode/join-bytes.js';
import { PARQUET_MAGIC, type ParquetCodec, parquetFooter } from '#src/encode/parquet/footer.js';
import { compileParquetWriter } from '#src/encode/parquet/parquet.js';
import { arbitraryTable } from '../arbitrary-table.js';
import { encodeBlocks, expectedValue, withoutDates } from '../blocks.js';

const CODECS: Readonly<Partial<Record<ParquetCodec, Compress | undefined>>> = {
  none: undefined,
  snappy: (bytes) => snappyCompress(Buffer.from(bytes)),
};

interface Choices {
  readonly codec?: ParquetCodec;
  readonly decimals?: boolean;
  readonly pageRows?: number;
  readonly sortedBy?: string;
}

/** A file whose row groups are these batches. */
function fileOf(schema: TableSchema, batches: readonly Batch[], choices: Choices = {}): ArrayBuffer {
  const { codec = 'none', decimals = false, pageRows = 16, sortedBy } = choices;
  const writer = compileParquetWriter(schema, { groupRows: 1e6, decimals, compress: CODECS[codec], pageRows });
  const { parts, entries } = encodeBlocks(writer, batches);
  const keyValues = [['about', '{"seed":1}']] as const;
  const options = { codec, decimals, createdBy: 'test version 1', keyValues, sortedBy };
  return joinBytes([PARQUET_MAGIC, ...parts, parquetFooter(schema, entries, options)]).buffer as ArrayBuffer;
}

async function assertRead(schema: TableSchema, batches: readonly Batch[], choices: Choices = {}): Promise<void> {
  const found = (await parquetReadObjects({ file: fileOf(schema, batches, choices) })).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, withoutDates(value)])),
  );
  if (choices.decimals) for (const row of found) roundDecimals(schema, row);
  const wanted = batches.flatMap(({ arrays, length }) =>
    Array.from({ length }, (_, row) =>
      Object.fromEntries(
        schema.columns.map((column) => [
          column.name,
          expectedValue(column, arrays[column.name]![row]!, choices.decimals ?? false),
        ]),
      ),
    ),
  );
  assert.deepEqual(found, wanted);
}

/** The reader multiplies an exact decimal by a power of ten that no double holds. */
function roundDecimals(schema: TableSchema, row: Record<string, unknown>): void {
  for (const { name, kind, decimals = 0 } of schema.columns) {
    const value = row[name];
    if ((kind !== 'fixed' && kind !== 'fixed53') || typeof value !== 'number') continue;
    row[name] = Math.round(value * 10 ** decimals) / 10 ** decimals;
  }
}

/** One column whose rows are these values. */
function tableOf(column: Partial<Column> & Pick<Column, 'kind'>, values: readonly number[]): [TableSchema, Batch] {
  const schema: TableSchema = {
    columns: [{ name: 'c', sqlType: 'text', nullable: false, unit: '', description: '', ...column }],
  };
  const batch = createBatch(schema, Math.max(1, values.length));
  batch.arrays.c!.set(values);
  batch.length = values.length;
  return [schema, batch];
}

const run = (length: number, value: (i: number) => number) => Array.from({ length }, (_, i) => value(i));

describe('a Parquet file', () => {
  it('holds the values of any table, in any cut into pages, with and without a codec', async () => {
    const real = arbitraryTable.map(({ schema, batch }) => ({
      batch,
      schema: { columns: schema.columns.map((column) => ({ ...column, sqlType: 'real' as const })) },
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(arbitraryTable, real),
        fc.constantFrom<ParquetCodec>('none', 'snappy'),
        fc.constantFrom(1, 3, 8, 16),
        async ({ schema, batch }, codec, pageRows) => {
          await assertRead(schema, [batch, batch], { codec, pageRows });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('holds fractions as decimals of the same value', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTable, ({ schema, batch }) => assertRead(schema, [batch], { decimals: true })),
      { numRuns: 150 },
    );
  });

  const long: [name: string, column: Partial<Column> & Pick<Column, 'kind'>, values: number[]][] = [
    ['a constant', { kind: 'int' }, run(5000, () => 7)],
    ['few whole numbers', { kind: 'int' }, run(5000, (i) => i % 3)],
    ['many whole numbers', { kind: 'int' }, run(5000, (i) => (i * 7919) % 4999)],
    ['whole numbers far apart', { kind: 'int' }, run(700, (i) => (i % 2 === 0 ? 2 ** 31 - 1 - i : -(2 ** 31) + i))],
    ['ascending ids', { kind: 'int53' }, run(5000, (i) => 2 ** 40 + i)],
    ['ids with jumps over 32 bits', { kind: 'int53' }, run(900, (i) => (i % 100) * 2 ** 46 + i)],
    [
      'ids too far apart for differences',
      { kind: 'int53' },
      run(900, (i) => (i % 2 === 0 ? 2 ** 53 - i : i - 2 ** 53)),
    ],
    ['a jump of 32 bits exactly', { kind: 'int53' }, run(300, (i) => (i > 150 ? 2 ** 32 - 1 : 0) + i)],
    ['descending times', { kind: 'timestamp' }, run(1000, (i) => 1.7e12 - i * 10_007)],
    [
      'runs among other values',
      { kind: 'enum', values: ['a', 'b', 'c', 'd', 'e'] },
      run(4000, (i) => (i % 97 < 40 ? 2 : i % 5)),
    ],
    [
      'a run of sixteen in the middle of a group',
      { kind: 'enum', values: ['a', 'b'] },
      run(100, (i) => (i > 12 && i < 29 ? 1 : i % 2)),
    ],
    ['fractions in a dictionary', { kind: 'fixed', decimals: 1, sqlType: 'real' }, run(4000, (i) => (i * 37) % 900)],
    ['fractions of which each is another', { kind: 'fixed', decimals: 6 }, run(4000, (i) => 48_000_000 + i * 13)],
    ['tags of few vehicles', { kind: 'tag', prefix: 'VEH-', digits: 6 }, run(3000, (i) => Math.floor(i / 700))],
    ['tags too far apart for a dictionary', { kind: 'tag', prefix: 'V', digits: 2 }, run(50, (i) => i * 40_000_000)],
    [
      'missing values in runs',
      { kind: 'fixed', decimals: 1, nullable: true },
      run(3000, (i) => (i % 500 < 60 ? NULL_INT : i)),
    ],
    ['pages without any value', { kind: 'int53', nullable: true }, run(2000, (i) => (i < 1200 ? -1 : i))],
    ['nothing but missing values', { kind: 'int', nullable: true }, run(100, () => NULL_INT)],
    ['booleans', { kind: 'bool' }, run(1003, (i) => (i % 7 === 0 ? 1 : 0))],
  ];
  for (const [name, column, values] of long) {
    it(`holds ${name}`, async () => {
      const [schema, batch] = tableOf(column, values);
      for (const pageRows of [100, 1024, 1e6]) await assertRead(schema, [batch, batch], { pageRows, codec: 'snappy' });
    });
  }

  it('has no row groups where there are no rows', async () => {
    const [schema] = tableOf({ kind: 'int' }, []);
    assert.deepEqual(await parquetReadObjects({ file: fileOf(schema, []) }), []);
  });

  it('refuses a batch of more rows than a row group has', () => {
    const [schema, batch] = tableOf({ kind: 'int' }, [1, 2, 3]);
    const writer = compileParquetWriter(schema, { groupRows: 2, decimals: false, compress: undefined });
    assert.throws(() => [...writer.write(batch)], RangeError);
  });
});

describe('the metadata of a Parquet file', () => {
  it('names the writer, its dataset and the order of the rows', () => {
    const [schema, batch] = tableOf({ kind: 'int53' }, [1, 2, 3]);
    const metadata = parquetMetadata(fileOf(schema, [batch, batch], { sortedBy: 'c' }));
    assert.equal(metadata.created_by, 'test version 1');
    assert.deepEqual(metadata.key_value_metadata, [{ key: 'about', value: '{"seed":1}' }]);
    assert.equal(metadata.num_rows, 6n);
    const order = [{ column_idx: 0, descending: false, nulls_first: false }];
    assert.deepEqual(
      metadata.row_groups.map((group) => group.sorting_columns),
      [order, order],
    );
  });

  it('has bounds and nulls of each column and page, so that readers can skip', async () => {
    const columns: [Partial<Column> & Pick<Column, 'kind'>, number[], least: unknown[], most: unknown[]][] = [
      [{ kind: 'int' }, [5, -3, 9, 1, 1, 2], [-3, 1], [9, 2]],
      [{ kind: 'fixed', decimals: 2, sqlType: 'real' }, [150, 25, 100, 100, -100, -225], [0.25, -2.25], [1.5, 1]],
      [{ kind: 'enum', values: ['b', 'é', 'a', 'z'] }, [1, 0, 0, 0, 2, 2], ['b', 'a'], ['é', 'b']],
      [{ kind: 'tag', prefix: 'V', digits: 3 }, [7, 12, 999, 0, 1, 1], ['V007', 'V000'], ['V999', 'V001']],
      [{ kind: 'bool' }, [0, 0, 0, 1, 0, 0], [false, false], [false, true]],
    ];
    for (const [column, values, least, most] of columns) {
      const [schema, batch] = tableOf(column, values);
      const file = fileOf(schema, [batch], { pageRows: 3 });
      const metadata = parquetMetadata(file);
      const chunk = metadata.row_groups[0]!.columns[0]!;
      const { statistics } = chunk.meta_data!;
      const sorted = (all: unknown[]) =>
        [...all].sort((a, b) => compared(a) - compared(b) || (String(a) < String(b) ? -1 : 1));
      assert.deepEqual(statistics!.min_value, sorted(least)[0], column.kind);
      assert.deepEqual(statistics!.max_value, sorted(most).at(-1), column.kind);
      assert.equal(statistics!.null_count, 0n);
      const element = metadata.schema[1]!;
      const span = (offset: bigint | undefined, length: number | undefined) => ({
        view: new DataView(file, Number(offset), length),
        offset: 0,
      });
      const index = readColumnIndex(span(chunk.column_index_offset, chunk.column_index_length), element);
      assert.deepEqual(index.min_values, least, column.kind);
      assert.deepEqual(index.max_values, most, column.kind);
      const { page_locations } = readOffsetIndex(span(chunk.offset_index_offset, chunk.offset_index_length));
      assert.deepEqual(
        page_locations.map(({ first_row_index }) => first_row_index),
        [0n, 3n],
      );
    }
  });

  it('has no bounds of texts whose order is not that of their numbers', () => {
    const [schema, batch] = tableOf({ kind: 'tag', prefix: 'V', digits: 2 }, [9, 100]);
    const chunk = parquetMetadata(fileOf(schema, [batch])).row_groups[0]!.columns[0]!;
    assert.equal(chunk.meta_data!.statistics!.min_value, undefined);
    assert.equal(chunk.column_index_offset, undefined);
  });

  it('says of the page index whether bounds ascend, and which pages have only missing values', () => {
    for (const [values, order] of [
      [[1, 2, 3, 4], 'ASCENDING'],
      [[3, 4, 1, 2], 'UNORDERED'],
    ] as const) {
      const [schema, batch] = tableOf({ kind: 'int53', nullable: true }, [...values, -1, -1]);
      const file = fileOf(schema, [batch], { pageRows: 2 });
      const metadata = parquetMetadata(file);
      const chunk = metadata.row_groups[0]!.columns[0]!;
      const view = new DataView(file, Number(chunk.column_index_offset), chunk.column_index_length);
      const index = readColumnIndex({ view, offset: 0 }, metadata.schema[1]!);
      assert.equal(index.boundary_order, order);
      assert.deepEqual(index.null_pages, [false, false, true]);
      assert.deepEqual(index.null_counts, [0n, 0n, 2n]);
      assert.equal(chunk.meta_data!.statistics!.null_count, 2n);
    }
  });
});

/** Texts are compared as such. */
function compared(value: unknown): number {
  return typeof value === 'string' ? 0 : Number(value);
}
