/**
 * Opens sessions: chooses the host, TLS by libpq's sslmode, a connection time-out, and settings independent of the
 * server's defaults.
 */
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import pg from 'pg';
import { runError } from '../base/errors.js';
import { type ConnectionOptions, displayUrl, KEEP_ALIVE } from './connection/connection.js';
import { checkAttributes, tryHosts } from './connection/hosts.js';
import { requireDedicatedSession } from './pooler.js';
import { serverError } from './server-error.js';
import { prepareSession } from './session.js';

export type { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects and prepares the session; the caller ends the client. Throws a runError, or a requestError for a pooler that
 * shares sessions.
 */
export async function connectClient(connection: ConnectionOptions): Promise<pg.Client> {
  return tryHosts(connection, connectHost);
}

/**
 * The connection reduced to the host that accepts it, so that all sessions opened with it belong to one server. Throws
 * like connectClient.
 */
export async function pinHost(connection: ConnectionOptions): Promise<ConnectionOptions> {
  if (connection.otherHosts === undefined) return connection;
  return tryHosts(connection, async (host) => {
    const client = await connectHost(host);
    await client.end();
    return host;
  });
}

async function connectHost(connection: ConnectionOptions): Promise<pg.Client> {
  const where = displayUrl(connection);
  try {
    const client = await connectWithTls(connection);
    try {
      await checkAttributes(client, connection);
      await requireDedicatedSession(client, () => connectWithTls(connection), where, connection.options);
      await prepareSession(client, connection);
      return client;
    } catch (error) {
      destroyClient(client);
      throw error;
    }
  } catch (error) {
    throw serverError(error, where);
  }
}

/** Drops the connection at once, whatever it is doing; the server rolls back. Never throws. */
export function destroyClient(client: pg.Client): void {
  socketOf(client).destroy();
}

/** The session's socket, the TLS socket once that is up; pg-copy-streams writes to it as well. */
export function socketOf(client: pg.Client): Duplex {
  return client.connection.stream;
}

function addressOf({ host, hostAddress }: ConnectionOptions): string {
  return hostAddress ?? host;
}

async function connectWithTls(connection: ConnectionOptions): Promise<pg.Client> {
  const mode = addressOf(connection).startsWith('/') ? 'disable' : (connection.sslMode ?? 'disable');
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
  let binds = false;
  const password = (): string => {
    if (c.channelBinding && !binds) throw noChannelBinding(c);
    return c.password ?? missingPassword(c);
  };
  const { keepAlive = KEEP_ALIVE } = c;
  const client = new pg.Client({
    host: addressOf(c),
    port: c.port,
    user: c.user,
    database: c.database,
    // Passing a function keeps pg from looking for a password file itself, about which it warns on stderr.
    password,
    ssl,
    sslnegotiation: ssl !== false && c.sslDirect ? 'direct' : 'postgres',
    enableChannelBinding: c.channelBinding ?? false,
    application_name: c.applicationName ?? 'fleetgen',
    connectionTimeoutMillis: c.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: keepAlive !== false,
    keepAliveInitialDelayMillis: keepAlive === false ? 0 : keepAlive.idle * 1000,
  });
  // pg would take missing options from the environment, which may be meant for another server.
  Object.assign((client as unknown as StartUp).connectionParameters, { options: c.options, replication: undefined });
  // A lost connection also fails the current or next query; the event alone must not end the process.
  client.on('error', () => undefined);
  (client.connection as pg.Connection).on('authenticationSASL', ({ mechanisms }: { mechanisms: string[] }) => {
    binds = mechanisms.includes('SCRAM-SHA-256-PLUS');
  });
  try {
    await client.connect();
    if (c.channelBinding && !binds) throw noChannelBinding(c);
    return client;
  } catch (error) {
    destroyClient(client);
    throw error;
  }
}

/** pg's start-up parameters, missing from its types. */
interface StartUp {
  readonly connectionParameters: object;
}

function noChannelBinding(c: ConnectionOptions): Error {
  return runError(
    'PG_CHANNEL_BINDING',
    `${displayUrl(c)} offers no channel binding, which channel_binding=require demands: use TLS and SCRAM there, or leave it out`,
  );
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
    ...(c.sslPassword === undefined ? {} : { passphrase: c.sslPassword }),
    ...(c.sslMinVersion === undefined ? {} : { minVersion: c.sslMinVersion }),
    ...(c.sslMaxVersion === undefined ? {} : { maxVersion: c.sslMaxVersion }),
    // The certificate is checked against the host name, whatever hostaddr is.
    ...(c.hostAddress === undefined || isIP(c.host) !== 0 ? {} : { host: c.host, servername: c.host }),
  };
}
