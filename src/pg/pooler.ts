/**
 * Detects poolers in transaction mode: they give each transaction any free backend, so that a session's locks and
 * settings end up in other sessions.
 */

import type { Client } from 'pg';
import { type FleetgenError, requestError } from '../base/errors.js';
import { onlyRow } from './only-row.js';
import { withStallLimit } from './stall-limit.js';

/** A single round may miss a shared session if others keep the pool busy. */
const ROUNDS = 12;
const PROBE_MS = 10_000;
/** Names of settings in the options of a connection: `-c name=value`, `-cname=value` and `--name=value`. */
const OPTION_NAME = /(?:-c\s*|--)([\w.-]+)\s*=/g;

/** `processID` is missing from pg's types; it is set once the session is established. */
export interface Backend {
  processID?: number;
}

/**
 * Throws a requestError that suggests the server's own port if the client's backend changes, if the pool has no second
 * session, or if the pooler drops the connection's options. A session that a pooler reserves for the client is
 * accepted; its backend's real process id is set, and it is reset when it ends. `another` opens a connection like the
 * client's.
 */
export async function requireDedicatedSession(
  client: Client,
  another: () => Promise<Client>,
  where: string,
  options?: string,
): Promise<void> {
  const pid = await backendOf(client);
  const backend = client as Backend;
  // A pooler reports its own process ids to its clients.
  if (backend.processID === pid) return;
  backend.processID = pid;
  const other = await another();
  try {
    const shared = await withStallLimit(isShared(client, pid, other), PROBE_MS, where, () => other.end()).catch(
      (error) => {
        throw (error as FleetgenError).code === 'PG_STALLED' ? poolSizeError(where) : error;
      },
    );
    if (shared) throw await poolerError(client, where);
  } finally {
    await other.end().catch(() => undefined);
  }
  if (options !== undefined) await requireOptions(client, options, where);
  resetAtEnd(client);
}

/**
 * While the client is idle, the pooler gives its backend to the other; while the other holds it, the client gets a new
 * one.
 */
async function isShared(client: Client, pid: number, other: Client): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    await other.query('BEGIN');
    const shared = (await backendOf(other)) === pid || (await backendOf(client)) !== pid;
    await other.query('COMMIT');
    if (shared) return true;
  }
  return false;
}

async function backendOf(client: Client): Promise<number> {
  const found = await client.query<{ pid: number }>('SELECT pg_catalog.pg_backend_pid() AS pid');
  return onlyRow(found).pid;
}

/** A pooler can be configured to ignore a connection's options. */
async function requireOptions(client: Client, options: string, where: string): Promise<void> {
  const names = [...options.matchAll(OPTION_NAME)].map((match) => match[1]!.replaceAll('-', '_').toLowerCase());
  // Some, like role, are not in pg_settings; a session that was given options lists at least one of the others.
  const found = await client.query<{ name: string }>(
    `SELECT name FROM pg_catalog.pg_settings WHERE source = 'client' AND pg_catalog.lower(name) = ANY ($1::pg_catalog.text[])`,
    [names],
  );
  if (found.rows.length > 0 || (await takesEffect(client, names, options))) return;
  throw requestError(
    'PG_POOLER',
    `${where} is a connection pooler that ignores the options asked for (${options}): connect to the server itself`,
  );
}

/** Whether settings missing from pg_settings, such as role, have the values of the options. */
async function takesEffect(client: Client, names: readonly string[], options: string): Promise<boolean> {
  const found = await client.query<{ value: string | null }>(
    'SELECT pg_catalog.current_setting(name, true) AS value FROM pg_catalog.unnest($1::pg_catalog.text[]) AS name',
    [names],
  );
  return found.rows.every(({ value }) => value !== null && value !== '' && options.includes(value));
}

/** A pool that resets nothing would pass locks and settings on to its next client. */
function resetAtEnd(client: Client): void {
  const end = client.end.bind(client) as () => Promise<void>;
  const reset = async (): Promise<void> => {
    await client.query('ROLLBACK').catch(() => undefined);
    await client.query('DISCARD ALL').catch(() => undefined);
    return end();
  };
  client.end = reset as Client['end'];
}

function poolSizeError(where: string): FleetgenError {
  return requestError(
    'PG_POOLER',
    `${where} is a connection pooler that had no second free session for ${PROBE_MS / 1000} s, and a load needs one for each of its --workers and two more: raise its pool size, or connect to the server itself`,
  );
}

async function poolerError(client: Client, where: string): Promise<FleetgenError> {
  const found = await client.query<{ host: string | null; port: string }>(
    `SELECT host(inet_server_addr()) AS host, current_setting('port') AS port`,
  );
  const { host, port } = onlyRow(found);
  return requestError(
    'PG_POOLER',
    `${where} is a connection pooler whose clients share sessions, and fleetgen needs a dedicated session for each connection: connect to the server itself, at its port ${port}${host === null ? '' : ` on ${host}`}, or to a pool in session mode`,
  );
}
