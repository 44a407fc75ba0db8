/**
 * How to reach a server: from a text that names it, or from libpq's environment, service file and password file. The
 * result is plain data, so that it can be sent to workers. It can hold a password, so it is never printed; use
 * displayUrl.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { requestError } from '../../base/errors.js';
import { parseConnectionString } from './connection-string.js';
import { effectiveSettings, type Settings } from './libpq-settings.js';
import { passwordFromFile } from './pass-file.js';

/** libpq's names, with the same meaning. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** libpq's target_session_attrs. */
export const SESSION_ATTRIBUTES = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof SESSION_ATTRIBUTES)[number];

export interface ServerAddress {
  /** A name, an address, or the absolute folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** The IP address to connect to; `host` is still used for the certificate and the password file. */
  readonly hostAddress?: string;
  readonly password?: string;
}

export interface ConnectionOptions extends ServerAddress {
  readonly user: string;
  readonly database: string;
  /** Tried in this order if the previous host doesn't answer or doesn't match `sessionAttributes`. */
  readonly otherHosts?: readonly ServerAddress[];
  /** `any` when absent. */
  readonly sessionAttributes?: SessionAttributes;
  /** `disable` when absent. */
  readonly sslMode?: SslMode;
  /** PEM texts. */
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  /** Password of the key. */
  readonly sslPassword?: string;
  readonly sslMinVersion?: TlsVersion;
  readonly sslMaxVersion?: TlsVersion;
  readonly sslDirect?: boolean;
  /** Whether channel binding is required. */
  readonly channelBinding?: boolean;
  /** `fleetgen` when absent. */
  readonly applicationName?: string;
  /** Command-line options for the backend, as in PGOPTIONS. */
  readonly options?: string;
  /** 0: no time-out; 10 000 if absent. */
  readonly connectTimeoutMs?: number;
  /** False: no keep-alive. */
  readonly keepAlive?: KeepAlive | false;
}

/** Whole seconds, and the number of unanswered probes that ends a connection; 0 is the system's default. */
export interface KeepAlive {
  readonly idle: number;
  readonly interval: number;
  readonly count: number;
}

/** Detects a dead peer in 40 s instead of the hours of the system's defaults. */
export const KEEP_ALIVE: KeepAlive = { idle: 10, interval: 10, count: 3 };

/**
 * The connection that the command line names: a URL, `keyword=value` pairs, or `postgres` for libpq's environment.
 * Throws a requestError.
 */
export function connectionOf(target: string, env: NodeJS.ProcessEnv = process.env): ConnectionOptions {
  return resolve(target === 'postgres' ? {} : parseConnectionString(target), env);
}

/** For messages: without the password. */
export function displayUrl(c: ConnectionOptions): string {
  const database = encodeURIComponent(c.database);
  const user = encodeURIComponent(c.user);
  const all = [c, ...(c.otherHosts ?? [])];
  const socket = all.some(({ host }) => host.startsWith('/'));
  const hosts = all.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',');
  const list = (name: string, values: readonly (string | number)[]) => [`${name}=${values.join(',')}`];
  const parameters = [
    ...(socket
      ? list(
          'host',
          all.map(({ host }) => host),
        )
      : []),
    ...(all.some(({ hostAddress }) => hostAddress !== undefined)
      ? list(
          'hostaddr',
          all.map(({ hostAddress = '' }) => hostAddress),
        )
      : []),
    ...(socket
      ? list(
          'port',
          all.map(({ port }) => port),
        )
      : []),
  ];
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `postgresql://${user}@${socket ? '' : hosts}/${database}${query}`;
}

/** All settings with libpq's defaults. */
function resolve(given: Settings, env: NodeJS.ProcessEnv): ConnectionOptions {
  const get = effectiveSettings(given, env);
  const user = get('user') ?? userInfo().username;
  const database = get('dbname') ?? user;
  const [first, ...otherHosts] = addresses(get).map((address): ServerAddress => {
    const host = address.host.startsWith('/') ? 'localhost' : address.host;
    const query = { host, port: address.port, database, user };
    return { ...address, ...present({ password: get('password') ?? passwordFromFile(query, get('passfile')) }) };
  });
  const timeout = get('connect_timeout');
  const sessionAttributes = oneOf('target_session_attrs', get, SESSION_ATTRIBUTES);
  return {
    ...first!,
    ...(otherHosts.length === 0 ? {} : { otherHosts }),
    ...(sessionAttributes === undefined || sessionAttributes === 'any' ? {} : { sessionAttributes }),
    user,
    database,
    ...present({ options: get('options') }),
    ...present({ applicationName: get('application_name') ?? get('fallback_application_name') }),
    ...(timeout === undefined ? {} : { connectTimeoutMs: integer('connect_timeout', timeout, 0, 86400) * 1000 }),
    ...keepAlive(get),
    ...(oneOf('channel_binding', get, ['disable', 'prefer', 'require']) === 'require' ? { channelBinding: true } : {}),
    ...tls(get),
  };
}

type Get = (keyword: string) => string | undefined;

/** libpq's lists: as many hosts as addresses, and one port or as many. */
function addresses(get: Get): ServerAddress[] {
  const listOf = (keyword: string) =>
    get(keyword)
      ?.split(',')
      .map((part) => part.trim()) ?? [];
  const [hosts, hostAddresses, ports] = [listOf('host'), listOf('hostaddr'), listOf('port')];
  const count = Math.max(hosts.length, hostAddresses.length, 1);
  const misfit = (what: string, many: number) =>
    requestError('PG_HOSTS', `${many} ${what} don't fit ${count} hosts: give one for each`);
  if (hosts.length > 0 && hosts.length < count) throw misfit('values of host', hosts.length);
  if (hostAddresses.length > 0 && hostAddresses.length < count)
    throw misfit('values of hostaddr', hostAddresses.length);
  if (ports.length > 1 && ports.length !== count) throw misfit('values of port', ports.length);
  return Array.from({ length: count }, (_, i) => {
    const port = integer('port', (ports.length > 1 ? ports[i] : ports[0]) || '5432', 1, 65535);
    const hostAddress = hostAddresses[i] || undefined;
    if (hostAddress !== undefined && isIP(hostAddress) === 0) {
      throw requestError(
        'PG_HOSTS',
        `hostaddr "${hostAddress}" is not a valid IP address: correct it, or give a name as host`,
      );
    }
    return { host: hosts[i] || hostAddress || defaultHost(port), port, ...present({ hostAddress }) };
  });
}

function keepAlive(get: Get): Partial<ConnectionOptions> {
  const number = (keyword: string) => {
    const text = get(keyword);
    return text === undefined ? undefined : integer(keyword, text, 0, 32767);
  };
  if (number('keepalives') === 0) return { keepAlive: false };
  const idle = number('keepalives_idle');
  const interval = number('keepalives_interval');
  const count = number('keepalives_count');
  if ([idle, interval, count].every((value) => value === undefined)) return {};
  return {
    keepAlive: {
      idle: idle ?? KEEP_ALIVE.idle,
      interval: interval ?? KEEP_ALIVE.interval,
      count: count ?? KEEP_ALIVE.count,
    },
  };
}

function tls(get: Get): Partial<ConnectionOptions> {
  const rootCert = get('sslrootcert');
  const sslMode = oneOf('sslmode', get, SSL_MODES) ?? (rootCert === 'system' ? 'verify-full' : 'prefer');
  const negotiation = get('sslnegotiation') ?? 'postgres';
  if (negotiation !== 'postgres' && (negotiation !== 'direct' || !/^(require|verify)/.test(sslMode))) {
    throw requestError('PG_SSL_MODE', 'sslnegotiation is postgres, or direct with sslmode require or a verifying one');
  }
  const sslMinVersion = oneOf('ssl_min_protocol_version', get, TLS_VERSIONS);
  const sslMaxVersion = oneOf('ssl_max_protocol_version', get, TLS_VERSIONS);
  if (sslMode === 'disable') return { sslMode };
  if (rootCert === 'system' && sslMode !== 'verify-full') {
    throw requestError(
      'PG_SSL_ROOT',
      `sslrootcert=system needs sslmode verify-full, not ${sslMode}: correct one of them`,
    );
  }
  const sslRootCert = rootCert === 'system' ? undefined : certificate(rootCert, 'root.crt');
  if (sslMode === 'verify-ca' && sslRootCert === undefined) {
    throw requestError('PG_SSL_ROOT', 'sslmode verify-ca needs a private CA: name its file with sslrootcert');
  }
  if (sslRootCert !== undefined && existsSync(join(homedir(), '.postgresql', 'root.crl'))) {
    throw requestError(
      'PG_SETTING',
      "~/.postgresql/root.crl lists revoked certificates for libpq, which fleetgen can't honour: move it away",
    );
  }
  const sslCert = certificate(get('sslcert'), 'postgresql.crt');
  const sslKey = certificate(get('sslkey'), 'postgresql.key');
  return {
    sslMode,
    sslDirect: negotiation === 'direct',
    ...present({ sslRootCert, sslCert, sslKey, sslPassword: get('sslpassword') }),
    ...(sslMinVersion === undefined ? {} : { sslMinVersion }),
    ...(sslMaxVersion === undefined ? {} : { sslMaxVersion }),
  };
}

function oneOf<T extends string>(keyword: string, get: Get, values: readonly T[]): T | undefined {
  const text = get(keyword);
  const found = values.find((value) => value.toLowerCase() === text?.toLowerCase());
  if (text === undefined || found !== undefined) return found;
  throw requestError('PG_SETTING', `${keyword} "${text}" is unknown: use one of ${values.join(', ')}`);
}

/** The given file, or libpq's default one if it exists. */
function certificate(file: string | undefined, fallback: string): string | undefined {
  const path = file ?? join(homedir(), '.postgresql', fallback);
  if (file === undefined && !existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw requestError(
      'PG_SSL_FILE',
      `the certificate or key file ${path} can't be read: correct its name or mode`,
      error,
    );
  }
}

/** Packagers compile different socket folders into libpq: take the one where a server listens. */
function defaultHost(port: number): string {
  const folder = ['/var/run/postgresql', '/tmp'].find((path) => existsSync(join(path, `.s.PGSQL.${port}`)));
  return folder ?? 'localhost';
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw requestError(
    'PG_URL',
    `the PostgreSQL ${name} "${text}" is not a whole number from ${min} to ${max}: correct it`,
  );
}

function present<K extends string>(values: Record<K, string | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;
}
