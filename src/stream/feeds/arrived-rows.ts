/**
 * The rows of a loaded table in the order of arrival, through a cursor: the server sorts, and only a few thousand rows
 * are held in memory.
 */

import { requestError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import { type Client, connectClient, destroyClient } from '../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../pg/connection/connection.js';
import { privilegesToRead, requirePrivileges } from '../../pg/grants.js';
import { qualified, type TableRef } from '../../pg/identifiers.js';
import { serverError } from '../../pg/server-error.js';
import { TableCursor } from '../../read/table-cursor.js';

const FETCH_ROWS = 1024;
/** SQLSTATEs of a missing table, column or schema. */
const UNDEFINED = new Set(['42P01', '42703', '3F000']);

/** The yielded batch is reused. Throws FleetgenError. */
export async function* tableRows(
  schema: TableSchema<TelemetryColumns>,
  connection: ConnectionOptions,
  ref: TableRef,
): AsyncGenerator<Batch<TelemetryColumns>> {
  const client = await connectClient(connection);
  try {
    yield* rowsOf(schema, client, connection, ref);
    await client.end();
  } finally {
    destroyClient(client);
  }
}

async function* rowsOf(
  schema: TableSchema<TelemetryColumns>,
  client: Client,
  connection: ConnectionOptions,
  ref: TableRef,
): AsyncGenerator<Batch<TelemetryColumns>> {
  try {
    await requirePrivileges(client, privilegesToRead(ref.schema, [ref.table]), displayUrl(connection));
    // One snapshot for the whole stream, even if the table is replaced meanwhile.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const orderBy = "recorded_at + network_delay_ms * interval '1 millisecond', record_id";
    const fix = 'name a table that generate loaded';
    const cursor = await TableCursor.open(client, {
      name: 'arrivals',
      schema,
      ref,
      orderBy,
      fetchRows: FETCH_ROWS,
      fix,
    });
    while ((await cursor.fetch()) > 0) yield cursor.batch;
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
