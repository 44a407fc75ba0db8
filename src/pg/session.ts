/**
 * The settings of a session, so that no default of the server, database or role changes what a load writes or how it
 * reads the catalogue, or ends a long statement.
 */
import type { Client } from 'pg';
import { type ConnectionOptions, KEEP_ALIVE } from './connection/connection.js';

/** Always set: other values would change how texts and types are read, or silently hide rows. */
const FIXED: Record<string, string> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  row_security: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/** Set unless the connection's options do: time-outs of a role or database would end a long COPY or index build. */
const DEFAULTS_UNLESS_GIVEN: Record<string, string> = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
};

/** Unknown to older servers. */
const OF_LATER_SERVERS: Record<string, string> = { idle_session_timeout: '0', transaction_timeout: '0' };

/**
 * Without it, a backend that is busy when its client dies keeps its locks until it next reads; not supported on every
 * platform.
 */
const NOTICE_DEAD_CLIENT: Record<string, string> = { client_connection_check_interval: '2s' };

/** Call it on a connected client before any other query. */
export async function prepareSession(client: Client, connection: ConnectionOptions): Promise<void> {
  const asked = connection.options === undefined ? [] : await askedSettings(client);
  const free = (settings: Record<string, string>) => Object.entries(settings).filter(([name]) => !asked.includes(name));
  const known = await currentValues(client, ['search_path', ...Object.keys(OF_LATER_SERVERS)]);
  const later = free(OF_LATER_SERVERS).filter(([name]) => known.get(name) !== null);
  const path = catalogueFirst(known.get('search_path') ?? '');
  const settings = assignments([...Object.entries(FIXED), ...free(DEFAULTS_UNLESS_GIVEN), ...later]);
  await client.query(path === null ? settings : `${settings}; SET search_path = ${path}`);
  await client.query(assignments(free(NOTICE_DEAD_CLIENT))).catch(() => undefined);
  const { keepAlive = KEEP_ALIVE } = connection;
  if (keepAlive === false) return;
  // A backend whose network is gone would keep its locks for hours.
  const { idle, interval, count } = keepAlive;
  const probes = { tcp_keepalives_idle: idle, tcp_keepalives_interval: interval, tcp_keepalives_count: count };
  await client.query(assignments(Object.entries(probes))).catch(() => undefined);
}

function assignments(settings: readonly (readonly [name: string, value: string | number])[]): string {
  return settings.map(([name, value]) => `SET ${name} = '${value}'`).join('; ');
}

async function askedSettings(client: Client): Promise<string[]> {
  const found = await client.query<{ name: string }>(`SELECT name FROM pg_catalog.pg_settings WHERE source = 'client'`);
  return found.rows.map(({ name }) => name);
}

/** Null for an unknown setting. */
async function currentValues(client: Client, names: readonly string[]): Promise<Map<string, string | null>> {
  const found = await client.query<{ name: string; value: string | null }>(
    'SELECT name, pg_catalog.current_setting(name, true) AS value FROM pg_catalog.unnest($1::pg_catalog.text[]) AS name',
    [names],
  );
  return new Map(found.rows.map(({ name, value }) => [name, value]));
}

/**
 * In a search_path with pg_catalog after other schemas, their functions and types would hide its own; if it isn't
 * named, it comes first implicitly. The other schemas are kept, as trigger functions may need them. Null if there is
 * nothing to change.
 */
function catalogueFirst(searchPath: string): string | null {
  const names = searchPath.split(',').map((name) => name.trim());
  const others = names.filter((name) => name !== 'pg_catalog' && name !== '"pg_catalog"');
  return others.length === names.length ? null : others.join(', ') || `''`;
}
