/** Checks of the server and the role before a load changes anything. */

import { requestError } from '../../base/errors.js';
import type { TableSchema } from '../../columns/column.js';
import type { Client } from '../../pg/client.js';
import { privilegesToRead, requirePrivileges } from '../../pg/grants.js';
import type { TableRef } from '../../pg/identifiers.js';
import { onlyRow } from '../../pg/only-row.js';
import type { Load } from '../load-target.js';

/** One session holds the locks, or the snapshot, while at least one other moves rows. */
const MIN_CONNECTIONS = 2;

const NO_EQUIVALENT = '22P05';

/** Throws a requestError, or a runError for missing privileges. `where`: URL without password, for messages. */
export async function checkServer(client: Client, ref: TableRef, load: Load, where: string): Promise<void> {
  await checkWritable(client, where);
  await checkConnections(client, where);
  await checkEncoding(client, ref, load, where);
  await checkSchema(client, ref, where);
  // Privileges to find out which tables exist; what else the load needs depends on them.
  await requirePrivileges(client, privilegesToRead(ref.schema, ['fleetgen_run', 'fleetgen_shard']), where);
}

async function checkWritable(client: Client, where: string): Promise<void> {
  const found = await client.query<{ standby: boolean; readOnly: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::bool AS "readOnly"`,
  );
  const { standby, readOnly } = onlyRow(found);
  if (standby) throw requestError('PG_READ_ONLY', `${where} is a read-only standby: connect to its primary`);
  if (!readOnly) return;
  throw requestError(
    'PG_READ_ONLY',
    `the options of the connection to ${where} ask for default_transaction_read_only=on, and a load has to write: leave that out of the URL or PGOPTIONS`,
  );
}

/** Throws a requestError if the role may have only one session. The limits don't apply to superusers. */
export async function checkConnections(client: Client, where: string): Promise<void> {
  const found = await client.query<{ sql: string; allowed: number }>(
    `SELECT format('ALTER ROLE %I CONNECTION LIMIT -1', rolname) AS sql, rolconnlimit AS allowed
       FROM pg_roles WHERE rolname = session_user AND NOT rolsuper
     UNION ALL
     SELECT format('ALTER DATABASE %I CONNECTION LIMIT -1', datname), datconnlimit
       FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = session_user AND NOT rolsuper`,
  );
  const tight = found.rows.find(({ allowed }) => allowed >= 0 && allowed < MIN_CONNECTIONS);
  if (tight === undefined) return;
  throw requestError(
    'PG_TOO_FEW_CONNECTIONS',
    `${where} allows ${tight.allowed} connection, and fleetgen needs at least ${MIN_CONNECTIONS} here: have its owner run ${tight.sql}, or a higher limit`,
  );
}

/** Checks every text that the load stores: names, descriptions and values. */
async function checkEncoding(client: Client, ref: TableRef, { dataset }: Load, where: string): Promise<void> {
  const texts = [ref.schema, ref.table, ...[dataset.telemetry, dataset.vehicle, dataset.truth].flatMap(textsOf)];
  if (await canStore(client, texts)) return;
  for (const text of texts) {
    if (await canStore(client, [text])) continue;
    const found = await client.query<{ encoding: string }>(`SELECT current_setting('server_encoding') AS encoding`);
    throw requestError(
      'PG_ENCODING',
      `the database at ${where} has the encoding ${onlyRow(found).encoding}, which can't hold ${JSON.stringify(text)}: use other characters, or a database of encoding UTF8`,
    );
  }
}

function textsOf({ columns }: TableSchema): string[] {
  return columns.flatMap(({ name, description, unit, values = [], prefix = '' }) => [
    name,
    description,
    unit,
    prefix,
    ...values,
  ]);
}

async function canStore(client: Client, texts: readonly string[]): Promise<boolean> {
  try {
    await client.query('SELECT $1::text[]', [texts]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === NO_EQUIVALENT) return false;
    throw error;
  }
}

async function checkSchema(client: Client, { schema }: TableRef, where: string): Promise<void> {
  const found = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.rowCount === 1) return;
  throw requestError(
    'PG_NO_SCHEMA',
    `there is no schema ${JSON.stringify(schema)} at ${where}: create it with CREATE SCHEMA, or name another with --schema`,
  );
}
