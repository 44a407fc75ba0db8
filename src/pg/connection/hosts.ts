/** Chooses among several hosts: the first that answers and matches target_session_attrs, as in libpq. */
import type { Client } from 'pg';
import { type FleetgenError, runError } from '../../base/errors.js';
import { onlyRow } from '../only-row.js';
import { type ConnectionOptions, displayUrl, type SessionAttributes } from './connection.js';

/** Errors after which the next host is tried. A refused password would be refused there, too. */
const NEXT_HOST = new Set(['PG_UNREACHABLE', 'PG_TIMEOUT', 'PG_CONNECTION_LOST', 'PG_SESSION_ATTRS']);

/** One set of options per host. */
export function optionsPerHost(connection: ConnectionOptions): ConnectionOptions[] {
  const { otherHosts = [], host, port, hostAddress, password, ...common } = connection;
  const first = {
    host,
    port,
    ...(hostAddress !== undefined && { hostAddress }),
    ...(password !== undefined && { password }),
  };
  return [first, ...otherHosts].map((address) => ({ ...common, ...address }));
}

/**
 * The result of `attempt` for the first host where it succeeds. Throws a FleetgenError: that of the only host, or one
 * that lists those of all.
 */
export async function tryHosts<T>(
  connection: ConnectionOptions,
  attempt: (host: ConnectionOptions) => Promise<T>,
): Promise<T> {
  const hosts = optionsPerHost(connection);
  const anyStandby = connection.sessionAttributes === 'prefer-standby';
  const tries = anyStandby ? [...asking(hosts, 'standby'), ...asking(hosts, 'any')] : hosts;
  const failures: FleetgenError[] = [];
  for (const host of tries) {
    try {
      return await attempt(host);
    } catch (error) {
      const failure = error as FleetgenError;
      if (!NEXT_HOST.has(failure.code)) throw failure;
      failures.push(failure);
    }
  }
  const last = failures.slice(-hosts.length);
  if (last.length === 1) throw last[0]!;
  throw runError(
    'PG_UNREACHABLE',
    `none of ${hosts.length} hosts can be used: ${last.map(({ message }) => message).join('; ')}`,
  );
}

function asking(hosts: readonly ConnectionOptions[], sessionAttributes: SessionAttributes): ConnectionOptions[] {
  return hosts.map((host) => ({ ...host, sessionAttributes }));
}

/** Call it before preparing the session, as the session's default for transactions counts. Throws a runError. */
export async function checkAttributes(client: Client, connection: ConnectionOptions): Promise<void> {
  const { sessionAttributes: asked = 'any' } = connection;
  if (asked === 'any') return;
  const found = await client.query<{ standby: boolean; readOnly: boolean }>(
    `SELECT pg_catalog.pg_is_in_recovery() AS standby,
       pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('default_transaction_read_only')::bool AS "readOnly"`,
  );
  const { standby, readOnly } = onlyRow(found);
  const serves = { primary: !standby, standby, 'read-write': !readOnly, 'read-only': readOnly, 'prefer-standby': true };
  if (serves[asked]) return;
  const what = standby ? 'a standby' : readOnly ? 'read-only by its settings' : 'a primary that can be written to';
  throw runError(
    'PG_SESSION_ATTRS',
    `${displayUrl(connection)} is ${what}, and target_session_attrs asks for ${asked}: name another host`,
  );
}
