/**
 * libpq's connection settings: which are supported, which have no effect here, and which are refused by name, wherever
 * they are set. No setting is silently ignored.
 */
import { requestError } from '../../base/errors.js';
import { readService } from './service-file.js';

export type Settings = Record<string, string | undefined>;

/** Keyword to environment variable; null if libpq has none. */
const SUPPORTED: Record<string, string | null> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
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
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  keepalives: null,
  keepalives_idle: null,
  keepalives_interval: null,
  keepalives_count: null,
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: null,
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
};

/** They affect formats and plans of a session; fleetgen's sessions set their own, and the stored data is the same. */
const WITHOUT_EFFECT = {
  keywords: ['client_encoding'],
  variables: ['PGCLIENTENCODING', 'PGDATESTYLE', 'PGTZ', 'PGGEQO', 'PGLOCALEDIR'],
};

interface Refused {
  readonly variable: string | null;
  /** Values that equal fleetgen's behaviour. */
  readonly harmless: readonly string[];
}

const REFUSED: Record<string, Refused> = {
  sslcrl: { variable: 'PGSSLCRL', harmless: [] },
  sslcrldir: { variable: 'PGSSLCRLDIR', harmless: [] },
  sslcertmode: { variable: 'PGSSLCERTMODE', harmless: ['allow'] },
  sslcompression: { variable: 'PGSSLCOMPRESSION', harmless: ['0'] },
  sslsni: { variable: 'PGSSLSNI', harmless: ['1'] },
  sslkeylogfile: { variable: null, harmless: [] },
  requiressl: { variable: 'PGREQUIRESSL', harmless: ['0'] },
  requirepeer: { variable: 'PGREQUIREPEER', harmless: [] },
  require_auth: { variable: 'PGREQUIREAUTH', harmless: [] },
  gssencmode: { variable: 'PGGSSENCMODE', harmless: ['disable', 'prefer'] },
  gssdelegation: { variable: 'PGGSSDELEGATION', harmless: ['0'] },
  gsslib: { variable: 'PGGSSLIB', harmless: [] },
  krbsrvname: { variable: 'PGKRBSRVNAME', harmless: ['postgres'] },
  min_protocol_version: { variable: 'PGMINPROTOCOLVERSION', harmless: ['3.0'] },
  max_protocol_version: { variable: 'PGMAXPROTOCOLVERSION', harmless: ['3.0', '3.2', 'latest'] },
  load_balance_hosts: { variable: 'PGLOADBALANCEHOSTS', harmless: ['disable'] },
  tcp_user_timeout: { variable: null, harmless: ['0'] },
  replication: { variable: null, harmless: ['false', 'off', 'no', '0'] },
  scram_client_key: { variable: null, harmless: [] },
  scram_server_key: { variable: null, harmless: [] },
  oauth_issuer: { variable: null, harmless: [] },
  oauth_client_id: { variable: null, harmless: [] },
  oauth_client_secret: { variable: null, harmless: [] },
  oauth_scope: { variable: null, harmless: [] },
  oauth_debug: { variable: 'PGOAUTHDEBUG', harmless: [] },
};

/** The supported keywords, for messages. */
export function supportedKeywords(): string {
  return Object.keys(SUPPORTED).join(', ');
}

/** True for every keyword of libpq, supported or not. */
export function isKeyword(name: string): boolean {
  return Object.hasOwn(SUPPORTED, name) || Object.hasOwn(REFUSED, name) || WITHOUT_EFFECT.keywords.includes(name);
}

/** Every environment variable of libpq that is handled. */
export function supportedVariables(): string[] {
  const refused = Object.values(REFUSED).map(({ variable }) => variable);
  const named = [...Object.values(SUPPORTED), ...refused].filter((name) => name !== null);
  return [...named, ...WITHOUT_EFFECT.variables, 'PGSYSCONFDIR'];
}

/**
 * The effective value of each keyword: given settings take precedence over those of the service, then the environment,
 * as in libpq; an empty value counts as unset. Throws a requestError for a setting that can't be honoured, which names
 * it and where it is.
 */
export function effectiveSettings(given: Settings, env: NodeJS.ProcessEnv): (keyword: string) => string | undefined {
  const service = given.service || env.PGSERVICE;
  const ofService = service ? readService(service, env, given.servicefile) : {};
  for (const keyword of Object.keys(ofService)) {
    if (!isKeyword(keyword) || /^service/.test(keyword)) {
      throw requestError('PG_SERVICE', `the service "${service}" has an unknown setting "${keyword}": take it out`);
    }
  }
  for (const [keyword, { variable, harmless }] of Object.entries(REFUSED)) {
    const places = [
      { value: given[keyword], place: `the connection asks for ${keyword}`, remedy: 'leave it out' },
      { value: ofService[keyword], place: `the service "${service}" sets ${keyword}`, remedy: 'take it out' },
      { value: variable === null ? undefined : env[variable], place: `${variable} is set`, remedy: 'unset it' },
    ];
    const counts = places.find(({ value }) => value);
    if (counts === undefined || harmless.includes(counts.value!)) continue;
    const allowed = harmless.length === 0 ? '' : `, or set it to ${harmless.join(' or ')}`;
    throw requestError(
      'PG_SETTING',
      `${counts.place}, which fleetgen can't honour: ${counts.remedy}${allowed}${keyword === 'requiressl' ? '; sslmode=require asks for TLS' : ''}`,
    );
  }
  return (keyword) => {
    const variable = SUPPORTED[keyword];
    return given[keyword] || ofService[keyword] || (variable ? env[variable] : undefined) || undefined;
  };
}
