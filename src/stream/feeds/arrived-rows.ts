/** The rows of a loaded table in the order of arrival, through a cursor: the server sorts, and a few thousand rows are here. */

import { requestError, runError } from '../../base/errors.js';
import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import { type Client, connectClient, destroyClient } from '../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../pg/connection/connection.js';
import { requireRights, rightsToRead } from '../../pg/grants.js';
import { qualified, quote, type TableRef } from '../../pg/identifiers.js';
import { serverError } from '../../pg/server-error.js';
import { storedFieldReader } from '../../read/field-reader.js';

const FETCH_ROWS = 1024;
const TEXT_ONLY = { getTypeParser: () => (text: string) => text };
/** SQLSTATE of a table or column that isn't there. */
const UNDEFINED = new Set(['42P01', '42703', '3F000']);

/** The batch is used again. Throws FleetgenError. */
export async function* tableRows(
  schema: TableSchema,
  connection: ConnectionOptions,
  ref: TableRef,
): AsyncGenerator<Batch> {
  const client = await connectClient(connection);
  try {
    yield* rowsOf(schema, client, connection, ref);
    await client.end();
  } finally {
    destroyClient(client);
  }
}

async function* rowsOf(
  schema: TableSchema,
  client: Client,
  connection: ConnectionOptions,
  ref: TableRef,
): AsyncGenerator<Batch> {
  const batch = createBatch(schema, FETCH_ROWS);
  const readers = schema.columns.map((column) => ({ name: column.name, read: storedFieldReader(column) }));
  try {
    await requireRights(client, rightsToRead(ref.schema, [ref.table]), displayUrl(connection));
    // One snapshot for the whole stream, also when the table is replaced meanwhile.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`DECLARE arrivals NO SCROLL CURSOR FOR ${selectSql(schema, ref)}`);
    for (;;) {
      const text = `FETCH FORWARD ${FETCH_ROWS} FROM arrivals`;
      const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array', types: TEXT_ONLY });
      if (rows.length === 0) return;
      rows.forEach((row, i) => {
        readers.forEach(({ name, read }, column) => {
          batch.arrays[name]![i] = readField(read, row[column] ?? null, name, ref);
        });
      });
      batch.length = rows.length;
      yield batch;
    }
  } catch (error) {
    if (UNDEFINED.has((error as { code?: string }).code ?? '')) {
      throw requestError(
        'PG_TABLE',
        `${qualified(ref)} at ${displayUrl(connection)} is not a table that generate loaded (${(error as Error).message}): correct --table or --schema`,
        error,
      );
    }
    throw serverError(error, displayUrl(connection));
  }
}

function selectSql(schema: TableSchema, ref: TableRef): string {
  const columns = schema.columns.map(({ name, kind }) =>
    kind === 'timestamp' ? `(extract(epoch FROM ${quote(name)}) * 1000)::bigint` : quote(name),
  );
  return `SELECT ${columns.join(', ')} FROM ${qualified(ref)}
    ORDER BY recorded_at + network_delay_ms * interval '1 millisecond', record_id`;
}

function readField(read: (text: string | null) => number, text: string | null, name: string, ref: TableRef): number {
  try {
    return read(text);
  } catch (error) {
    throw runError(
      'BAD_ROW',
      `${qualified(ref)} holds a ${name} that no record has (${(error as Error).message}): name a table that generate loaded`,
      error,
    );
  }
}
