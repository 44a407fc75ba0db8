/**
 * How to reach a server: from a postgresql:// URL, or from libpq's environment, service file and password file. The
 * result is plain data, so that it crosses to workers; it can hold a password and is never printed: displayUrl is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { requestError } from '../../errors.js';
import { passwordFromFile } from './pass-file.js';
import { readService } from './service-file.js';

/** libpq's names; they mean what they mean there. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export interface ConnectionOptions {
  /** A name, an address, or the absolute folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  /** `disable` when absent. */
  readonly sslMode?: SslMode;
  /** PEM texts. */
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslDirect?: boolean;
  readonly channelBinding?: boolean;
  /** `fleetgen` when absent. */
  readonly applicationName?: string;
  /** Command-line options for the backend, as in PGOPTIONS. */
  readonly options?: string;
  /** 0 waits for ever; 10 000 when absent. */
  readonly connectTimeoutMs?: number;
}

type Settings = Record<string, string | undefined>;

/** libpq keyword to environment variable. A keyword that is not here is refused in a URL. */
const KEYWORDS: Record<string, string | null> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  passfile: 'PGPASSFILE',
  service: 'PGSERVICE',
  servicefile: 'PGSERVICEFILE',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  fallback_application_name: null,
  connect_timeout: 'PGCONNECT_TIMEOUT',
  client_encoding: null,
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslnegotiation: 'PGSSLNEGOTIATION',
  channel_binding: 'PGCHANNELBINDING',
};

/** A target as the command line names it: a URL, or `postgres` for libpq's environment. Throws a requestError. */
export function connectionOf(target: string): ConnectionOptions {
  return target === 'postgres' ? connectionFromEnvironment() : connectionFromUrl(target);
}

/** Throws a requestError that never repeats the URL: a malformed one can hold a password anywhere. */
export function connectionFromUrl(text: string, env: NodeJS.ProcessEnv = process.env): ConnectionOptions {
  return resolve(settingsOfUrl(text), env);
}

/** What `psql` without arguments would use. Throws a requestError. */
export function connectionFromEnvironment(env: NodeJS.ProcessEnv = process.env): ConnectionOptions {
  return resolve({}, env);
}

/** The place for people: without the password. */
export function displayUrl(c: ConnectionOptions): string {
  const database = encodeURIComponent(c.database);
  const user = encodeURIComponent(c.user);
  if (c.host.startsWith('/')) return `postgresql://${user}@/${database}?host=${c.host}&port=${c.port}`;
  return `postgresql://${user}@${c.host.includes(':') ? `[${c.host}]` : c.host}:${c.port}/${database}`;
}

function settingsOfUrl(text: string): Settings {
  // WHATWG URLs know no user without a host, which libpq allows for sockets.
  const noHost = /^postgres(ql)?:\/\/[^/?#]*@(?=[/?]|$)/.exec(text);
  const url = parseUrl(noHost === null ? text : text.replace(noHost[0], `${noHost[0]}socket`));
  if (url.hash !== '') throw malformed('a # in a name or password is written %23');
  const settings: Settings = {};
  for (const [name, value] of url.searchParams) {
    if (!Object.hasOwn(KEYWORDS, name)) {
      // Behind a password that holds an &, what looks like a name is the rest of it.
      const shown = /^[a-z_]{2,30}$/.test(name) && !url.searchParams.has('password') ? ` "${name}"` : '';
      throw requestError(
        'PG_URL',
        `the PostgreSQL URL has an unknown parameter${shown}: known are ${known()}; an & in a value is written %26`,
      );
    }
    settings[name] = value;
  }
  const given = {
    user: decode(url.username),
    password: decode(url.password),
    host: noHost === null ? decode(url.hostname).replace(/^\[(.*)\]$/, '$1') : '',
    port: url.port,
    dbname: decode(url.pathname.slice(1)),
  };
  for (const [name, value] of Object.entries(given)) if (value !== '') settings[name] ??= value;
  return settings;
}

function parseUrl(text: string): URL {
  if (/^postgres(ql)?:\/\/[^/?]*,/.test(text)) throw malformed('it names several hosts, and fleetgen takes one');
  // A password with one of these in it ends the address early: what follows would be shown as database or parameter.
  if (/^postgres(ql)?:(?!\/\/)/i.test(text) || /^[^/?#]*\/\/[^/?#]*[/?#].*@/s.test(text)) {
    throw malformed('an @ : / ? or # in a name, password or value is written %40 %3A %2F %3F or %23');
  }
  try {
    const url = new URL(text);
    if (url.protocol === 'postgresql:' || url.protocol === 'postgres:') return url;
  } catch {
    // Node's error repeats the URL.
  }
  throw malformed('write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters as %XX');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a % that stands for itself is written %25');
  }
}

function malformed(how: string): Error {
  return requestError('PG_URL', `the PostgreSQL URL can't be read: ${how}`);
}

function known(): string {
  return Object.keys(KEYWORDS).join(', ');
}

/** Given settings come before those of the service, then the environment's, then defaults, as in libpq. */
function resolve(given: Settings, env: NodeJS.ProcessEnv): ConnectionOptions {
  const service = given.service ?? env.PGSERVICE;
  const fromService: Settings = service ? readService(service, env, given.servicefile) : {};
  const get = (name: string): string | undefined => {
    const variable = KEYWORDS[name];
    return given[name] || fromService[name] || (variable ? env[variable] : undefined) || undefined;
  };
  const port = integer('port', get('port') ?? '5432', 1, 65535);
  const host = get('host') ?? defaultHost(port);
  const user = get('user') ?? userInfo().username;
  const database = get('dbname') ?? user;
  const passHost = host.startsWith('/') ? 'localhost' : host;
  const password = get('password') ?? passwordFromFile({ host: passHost, port, database, user }, get('passfile'));
  const timeout = get('connect_timeout');
  return {
    host,
    port,
    user,
    database,
    ...present({ password, options: get('options') }),
    ...present({ applicationName: get('application_name') ?? get('fallback_application_name') }),
    ...(timeout === undefined ? {} : { connectTimeoutMs: integer('connect_timeout', timeout, 0, 86400) * 1000 }),
    ...(get('channel_binding') === 'require' ? { channelBinding: true } : {}),
    ...tls(get),
  };
}

function tls(get: (name: string) => string | undefined): Partial<ConnectionOptions> {
  const sslMode = (get('sslmode') ?? 'prefer') as SslMode;
  if (!SSL_MODES.includes(sslMode)) {
    throw requestError('PG_SSL_MODE', `sslmode "${sslMode}" is unknown: use one of ${SSL_MODES.join(', ')}`);
  }
  const negotiation = get('sslnegotiation') ?? 'postgres';
  if (negotiation !== 'postgres' && (negotiation !== 'direct' || !/^(require|verify)/.test(sslMode))) {
    throw requestError('PG_SSL_MODE', 'sslnegotiation is postgres, or direct with sslmode require or a verifying one');
  }
  if (sslMode === 'disable') return { sslMode };
  const rootCert = get('sslrootcert');
  const sslRootCert = rootCert === 'system' ? undefined : certificate(rootCert, 'root.crt');
  if (sslMode === 'verify-ca' && sslRootCert === undefined) {
    throw requestError('PG_SSL_ROOT', 'sslmode verify-ca needs a private CA: name its file with sslrootcert');
  }
  const sslCert = certificate(get('sslcert'), 'postgresql.crt');
  const sslKey = certificate(get('sslkey'), 'postgresql.key');
  return { sslMode, sslDirect: negotiation === 'direct', ...present({ sslRootCert, sslCert, sslKey }) };
}

/** The file asked for, or libpq's default one if there is one. */
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
