/** The server's own ways to fill the same kind of table: COPY from its own files, and two ways to INSERT. */
import pg from 'pg';
import { createBatch } from '#src/columns/batch.js';
import type { Column, TableSchema } from '#src/columns/column.js';
import { literal, qualified, quote } from '#src/pg/identifiers.js';
import type { Dataset } from '#src/plan/dataset.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { createTable } from '#src/sinks/postgres/ddl.js';
import { csvTextRows } from './csv-text-rows.js';

const PAGE_ROWS = 1000;

/** A session with the durability that a load's sessions have. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET synchronous_commit = off');
  return client;
}

/** Makes an empty table as a load makes it before its rows, times `fill`, checks the rows and drops it. Seconds. */
export async function timeFill(
  client: pg.Client,
  schema: TableSchema,
  rows: number,
  fill: (table: string) => Promise<unknown>,
): Promise<number> {
  const ref = { schema: 'public', table: 'bench_fill' };
  const table = qualified(ref);
  await client.query(createTable(ref, schema, { storage: ' WITH (autovacuum_enabled = false)' }));
  try {
    const started = performance.now();
    await fill(table);
    const seconds = (performance.now() - started) / 1000;
    await checkCount(client, table, rows);
    return seconds;
  } finally {
    await client.query(`DROP TABLE ${table}`);
  }
}

export async function checkCount(client: pg.Client, table: string, rows: number): Promise<void> {
  const counted = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table}`);
  if (Number(counted.rows[0]!.rows) !== rows)
    throw new Error(`${table} has ${counted.rows[0]!.rows} rows, not ${rows}`);
}

/** One COPY of one file per session, concurrently: the upper bound of the server's rate for CSV. */
export async function copyFiles(
  sessions: readonly pg.Client[],
  table: string,
  files: readonly string[],
): Promise<void> {
  const copies = files.map((file, i) => sessions[i]!.query(`COPY ${table} FROM ${literal(file)} WITH (FORMAT csv)`));
  await Promise.all(copies);
}

export async function insertSelect(client: pg.Client, table: string, schema: TableSchema, rows: number): Promise<void> {
  const values = schema.columns.map(seriesValue).join(', ');
  await client.query(`INSERT INTO ${table} SELECT ${values} FROM generate_series(0, ${rows - 1}) AS i`);
}

/** A value of the column's type from the number i: the cheapest expression that still varies. */
function seriesValue(column: Column): string {
  switch (column.kind) {
    case 'int53':
      return 'i::bigint';
    case 'int':
      return `(i % 100)::${column.sqlType}`;
    case 'fixed':
    case 'fixed53':
      return `((i % 10000) / ${10 ** (column.decimals ?? 0)}::float8)::${column.sqlType}`;
    case 'bool':
      return '(i % 16 = 0)';
    case 'enum':
      return `(ARRAY[${column.values!.map(literal).join(', ')}])[1 + i % ${column.values!.length}]`;
    case 'tag':
      return `${literal(column.prefix!)} || lpad((i % 1000)::text, ${column.digits}, '0')`;
    case 'timestamp':
      return `timestamptz '2026-01-05 00:00Z' + i * interval '10 s'`;
    case 'date':
      return `date '2026-01-05' + i % 1000`;
  }
}

export type Page = readonly string[];

/** The first records of the dataset as the parameters of INSERTs, a thousand rows each. */
export function pagesOf(dataset: Dataset, pages: number): Page[] {
  const source = createSimulator(dataset).range(0, pages * PAGE_ROWS);
  const batch = createBatch(dataset.telemetry, PAGE_ROWS);
  return Array.from({ length: pages }, () => {
    source.fill(batch);
    return csvTextRows(dataset.telemetry, batch).flat();
  });
}

/**
 * One INSERT per page, one transaction each. Parameters are strings, so that the client's formatting isn't measured.
 */
export async function insertPages(
  client: pg.Client,
  table: string,
  schema: TableSchema,
  pages: readonly Page[],
): Promise<void> {
  const { columns } = schema;
  const rowOf = (row: number) => `(${columns.map((_column, i) => `$${row * columns.length + i + 1}`).join(', ')})`;
  const values = Array.from({ length: PAGE_ROWS }, (_, row) => rowOf(row)).join(', ');
  const text = `INSERT INTO ${table} (${columns.map(({ name }) => quote(name)).join(', ')}) VALUES ${values}`;
  for (const page of pages) {
    const parameters = page.map((field) => (field === '' ? null : field));
    await client.query({ name: 'page', text, values: parameters });
  }
}

export const rowsOfPages = (pages: readonly Page[]): number => pages.length * PAGE_ROWS;
