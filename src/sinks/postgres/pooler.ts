/**
 * Finds out whether a session is one: a pooler in transaction mode gives each transaction whatever backend is free, so that
 * locks and settings of a session land on those of others.
 */
import { type FleetgenError, requestError } from '../../errors.js';
import type { Client } from './client.js';
import { within } from './within.js';

const ROUNDS = 5;
const PROBE_MS = 10_000;

/** `processID` is missing from pg's types; it is set once the session is up. */
export interface Backend {
  processID?: number;
}

/**
 * Throws a requestError that names the server's own port when the session behind the client changes. One that a pooler holds
 * for the client passes, with the backend's true process id. `another` opens a connection like the client's.
 */
export async function requireOwnSession(client: Client, another: () => Promise<Client>, where: string): Promise<void> {
  const pid = await backendOf(client);
  const backend = client as Backend;
  // A pooler makes up a number of its own for its clients.
  if (backend.processID === pid) return;
  backend.processID = pid;
  const other = await another();
  try {
    const shared = await within(isShared(client, pid, other), PROBE_MS, where, () => other.end());
    if (shared) throw await poolerError(client, where);
  } finally {
    await other.end().catch(() => undefined);
  }
}

/** While the client rests, the pooler lends its backend to the other; while the other holds it, the client gets a new one. */
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
  return found.rows[0]!.pid;
}

async function poolerError(client: Client, where: string): Promise<FleetgenError> {
  const found = await client.query<{ host: string | null; port: string }>(
    `SELECT host(inet_server_addr()) AS host, current_setting('port') AS port`,
  );
  const { host, port } = found.rows[0]!;
  return requestError(
    'PG_POOLER',
    `${where} is a connection pooler whose clients share sessions, and fleetgen needs sessions of its own: connect to the server itself, at its port ${port}${host === null ? '' : ` on ${host}`}, or to a pool in session mode`,
  );
}
