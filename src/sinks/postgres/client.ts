/** Opens sessions: TLS as libpq's sslmode says, a time-out, and settings that no server default can surprise. */
import type { Duplex } from 'node:stream';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import pg from 'pg';
import { runError } from '../../errors.js';
import { type ConnectionOptions, displayUrl } from './connection.js';
import { serverError } from './server-error.js';

export type { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;
/** The system asks an idle other side whether it is there, instead of after its own default of hours. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Time-outs of the role or database would end a long COPY or index build, and its defaults for transactions could make
 * them read-only or serializable.
 */
const SESSION = `
  SET statement_timeout = 0;
  SET lock_timeout = 0;
  SET idle_in_transaction_session_timeout = 0;
  SET TimeZone = 'UTC';
  SET default_transaction_isolation = 'read committed';
  SET default_transaction_read_only = off;`;

/**
 * A backend that is busy when its client dies would keep its locks until it next reads, and one whose network is gone for
 * hours. Some servers before 14 and some platforms refuse these; a load works without.
 */
const NOTICE_DEAD_CLIENT = [
  `SET client_connection_check_interval = '2s'`,
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3',
];

/** Connects and prepares the session. The caller ends the client. Throws a runError. */
export async function connectClient(connection: ConnectionOptions): Promise<pg.Client> {
  try {
    const client = await connectWithTls(connection);
    try {
      await client.query(SESSION);
      for (const settings of NOTICE_DEAD_CLIENT) await client.query(settings).catch(() => undefined);
      return client;
    } catch (error) {
      destroyClient(client);
      throw error;
    }
  } catch (error) {
    throw serverError(error, displayUrl(connection));
  }
}

/** Drops the connection at once, whatever it is doing; the server rolls back. Never throws. */
export function destroyClient(client: pg.Client): void {
  socketOf(client).destroy();
}

/** The socket under the session, TLS included once it is up; pg-copy-streams writes to it as well. */
export function socketOf(client: pg.Client): Duplex {
  return client.connection.stream;
}

async function connectWithTls(connection: ConnectionOptions): Promise<pg.Client> {
  const mode = connection.host.startsWith('/') ? 'disable' : (connection.sslMode ?? 'disable');
  if (mode === 'disable') return connectOnce(connection, false);
  const encrypted = tlsOptions(connection);
  if (mode === 'prefer') {
    return connectOnce(connection, encrypted).catch((error: Error) => {
      if (!/does not support SSL/.test(error.message)) throw error;
      return connectOnce(connection, false);
    });
  }
  if (mode === 'allow') {
    return connectOnce(connection, false).catch((error: { code?: string }) => {
      if (error.code !== '28000') throw error;
      return connectOnce(connection, encrypted);
    });
  }
  return connectOnce(connection, encrypted);
}

async function connectOnce(c: ConnectionOptions, ssl: TlsOptions | false): Promise<pg.Client> {
  const client = new pg.Client({
    host: c.host,
    port: c.port,
    user: c.user,
    database: c.database,
    // A function keeps pg from looking for a password file itself, which it announces on stderr.
    password: () => c.password ?? missingPassword(c),
    ssl,
    sslnegotiation: ssl !== false && c.sslDirect ? 'direct' : 'postgres',
    enableChannelBinding: c.channelBinding ?? false,
    application_name: c.applicationName ?? 'fleetgen',
    connectionTimeoutMillis: c.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(c.options === undefined ? {} : { options: c.options }),
  });
  // A lost connection also fails the query under way, or the next one; the event alone must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    destroyClient(client);
    throw error;
  }
}

function missingPassword(c: ConnectionOptions): never {
  const where = displayUrl(c);
  throw runError('PG_PASSWORD', `${where} asks for a password: give one in the URL, PGPASSWORD or the password file`);
}

function tlsOptions(c: ConnectionOptions): TlsOptions {
  const verified = c.sslMode === 'verify-ca' || c.sslMode === 'verify-full' || c.sslRootCert !== undefined;
  const nameToo = c.sslMode === 'verify-full';
  return {
    rejectUnauthorized: verified && c.sslMode !== 'prefer' && c.sslMode !== 'allow',
    ...(nameToo ? {} : { checkServerIdentity: () => undefined }),
    ...(c.sslRootCert === undefined ? {} : { ca: c.sslRootCert }),
    ...(c.sslCert === undefined ? {} : { cert: c.sslCert }),
    ...(c.sslKey === undefined ? {} : { key: c.sslKey }),
  };
}
