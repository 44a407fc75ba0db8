/** A PostgreSQL server: whether it can be reached and written, and what slows a large load down. */
import { FleetgenError } from '../base/errors.js';
import { connectClient } from '../pg/client.js';
import { connectionOf, displayUrl } from '../pg/connection/connection.js';
import { onlyRow } from '../pg/only-row.js';
import { serverError } from '../pg/server-error.js';
import { DEFAULTS } from '../run/defaults.js';
import { type Check, failed, note, ok } from './check.js';

const NAME = 'postgres';
const TIMEOUT_MS = 5000;

/** The embedded server's own setting. With PostgreSQL's default, 1 GB, checkpoints come several times as often. */
const MAX_WAL_BYTES = 4 * 2 ** 30;

/** Variables that name a server; the others say how to connect. */
const NAMING = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGSERVICE', 'PGDATABASE', 'PGUSER'];

/** Whether the environment names a server for `--to postgres`. */
export function namesServer(env: NodeJS.ProcessEnv): boolean {
  return NAMING.some((name) => (env[name] ?? '') !== '');
}

export interface ServerFacts {
  readonly version: string;
  readonly standby: boolean;
  readonly creates: boolean;
  readonly walSize: string;
  /** In bytes. */
  readonly wal: string;
}

/** `target` is a URL, `keyword=value` pairs, or `postgres` for libpq's environment. */
export async function postgresChecks(target: string, env: NodeJS.ProcessEnv): Promise<Check[]> {
  try {
    const connection = connectionOf(target, env);
    const where = displayUrl(connection);
    const client = await connectClient({ ...connection, connectTimeoutMs: connection.connectTimeoutMs || TIMEOUT_MS });
    try {
      return serverChecks(onlyRow(await client.query<ServerFacts>(FACTS, [DEFAULTS.schema])), where);
    } catch (error) {
      throw serverError(error, where);
    } finally {
      await client.end();
    }
  } catch (error) {
    if (error instanceof FleetgenError) return [failed(NAME, error)];
    throw error;
  }
}

const FACTS = `SELECT pg_catalog.current_setting('server_version') AS version,
  pg_catalog.pg_is_in_recovery() AS standby,
  coalesce((SELECT pg_catalog.has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = $1),
           false) AS creates,
  pg_catalog.current_setting('max_wal_size') AS "walSize",
  pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_wal_size'))::text AS wal`;

/** What the answers of a server at `where` mean for a load. */
export function serverChecks({ version, standby, creates, walSize, wal }: ServerFacts, where: string): Check[] {
  const found = `PostgreSQL ${version} at ${where}`;
  if (standby) return [failed(NAME, `${found} is a read-only standby: connect to the primary server`)];
  const checks = [ok(NAME, found)];
  if (!creates) {
    const schema = DEFAULTS.schema;
    checks.push(
      note(
        NAME,
        `this role may not create tables in the schema ${schema}: grant CREATE on it, or give another --schema`,
      ),
    );
  }
  if (Number(wal) < MAX_WAL_BYTES) {
    checks.push(note(NAME, `max_wal_size is ${walSize}: with 4GB or more, a large load waits for fewer checkpoints`));
  }
  return checks;
}
