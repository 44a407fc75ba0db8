/**
 * What a session is set to: no default of the server, the database or the role changes what a load writes or how it reads
 * the catalogue, and none ends a long statement.
 */
import type { Client } from 'pg';
import { type ConnectionOptions, KEEP_ALIVE } from './connection/connection.js';

/** Whatever anyone asked for: with other values, texts and types read differently, or rows are hidden without a word. */
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

/** Defaults of a role or database would end a long COPY or index build; those that the connection asks for count. */
const UNLESS_ASKED: Record<string, string> = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
};

/** Unknown to older servers. */
const OF_LATER_SERVERS: Record<string, string> = { idle_session_timeout: '0', transaction_timeout: '0' };

/** A backend that is busy when its client dies would keep its locks until it next reads; not every platform can look. */
const NOTICE_DEAD_CLIENT: Record<string, string> = { client_connection_check_interval: '2s' };

/** Before anything else is asked of the session. `client` is connected. */
export async function prepareSession(client: Client, connection: ConnectionOptions): Promise<void> {
  const asked = connection.options === undefined ? [] : await askedSettings(client);
  const free = (settings: Record<string, string>) => Object.entries(settings).filter(([name]) => !asked.includes(name));
  const known = await currentValues(client, ['search_path', ...Object.keys(OF_LATER_SERVERS)]);
  const later = free(OF_LATER_SERVERS).filter(([name]) => known.get(name) !== null);
  const path = catalogueFirst(known.get('search_path') ?? '');
  const settings = assignments([...Object.entries(FIXED), ...free(UNLESS_ASKED), ...later]);
  await client.query(path === null ? settings : `${settings}; SET search_path = ${path}`);
  await client.query(assignments(free(NOTICE_DEAD_CLIENT))).catch(() => undefined);
  const { keepAlive = KEEP_ALIVE } = connection;
  if (keepAlive === false) return;
  // One whose network is gone would keep them for hours.
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

/** Null for a setting that the server doesn't know. */
async function currentValues(client: Client, names: readonly string[]): Promise<Map<string, string | null>> {
  const found = await client.query<{ name: string; value: string | null }>(
    'SELECT name, pg_catalog.current_setting(name, true) AS value FROM pg_catalog.unnest($1::pg_catalog.text[]) AS name',
    [names],
  );
  return new Map(found.rows.map(({ name, value }) => [name, value]));
}

/**
 * A search_path that names pg_catalog behind other schemas lets their functions and types take its names; where it isn't named,
 * it comes first. The others stay, as functions behind a table's triggers may need them. Null where nothing is to change.
 */
function catalogueFirst(searchPath: string): string | null {
  const names = searchPath.split(',').map((name) => name.trim());
  const others = names.filter((name) => name !== 'pg_catalog' && name !== '"pg_catalog"');
  return others.length === names.length ? null : others.join(', ') || `''`;
}
