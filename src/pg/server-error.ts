/** Turns errors of pg, the server and the network into one-line messages. */
import { FleetgenError, requestError, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';
import { quote } from './identifiers.js';

/** The fields of pg's errors: a SQLSTATE or a Node error code, and the server's message. */
interface ReportedError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  /** The server's function that reported it, which is independent of the language. */
  readonly routine?: string;
}

type Describe = (where: string, error: ReportedError) => readonly [code: string, message: string];

const REFUSED: Describe = (where) => [
  'PG_UNREACHABLE',
  `no PostgreSQL answers at ${where}: start it, or correct host and port`,
];
const UNKNOWN_HOST: Describe = (where) => ['PG_UNREACHABLE', `the host of ${where} is not known: correct its name`];
const UNREACHABLE: Describe = (where, e) => [
  'PG_UNREACHABLE',
  `can't reach ${where} (${systemWords(e)}): check the address and the network`,
];
const LOST: Describe = (where, e) => [
  'PG_CONNECTION_LOST',
  `lost the connection to ${where} (${firstLine(e.message)}): see the server's log and run again`,
];
const SHUTDOWN: Describe = (where, e) => [
  'PG_CONNECTION_LOST',
  `${where} ended the connection (${firstLine(e.message)}): run again when the server is up`,
];
const CONFLICT: Describe = (where, e) => ['PG_CONFLICT', `${where}: ${firstLine(e.message)}: run again`];
const CERTIFICATE: Describe = (where, e) => [
  'PG_CERTIFICATE',
  `the TLS certificate of ${where} is not trusted (${firstLine(e.message)}): name its CA with sslrootcert, or correct the host`,
];

const ROW_SECURITY: Describe = (where, e) => [
  'PG_ROW_SECURITY',
  `row-level security would hide rows at ${where} (${firstLine(e.message)}): connect as the table's owner, or as a role with BYPASSRLS`,
];
const POOLER: Describe = (where, e) => [
  'PG_POOLER',
  `${where} is a connection pooler that refuses such connections (${firstLine(e.message)}): connect to the server itself`,
];

/** Time-outs that fleetgen disables unless the connection's options set them. */
const SESSION_TIMEOUT: Describe = (where, e) => [
  'PG_SESSION_TIMEOUT',
  `${where} ended the session (${firstLine(e.message)}): leave that time-out out of the connection's options (?options= or PGOPTIONS)`,
];
const OPTIONS: Describe = (where, e) => [
  'PG_OPTIONS',
  `${where} refuses the connection's options (${firstLine(e.message)}): correct them in ?options= or PGOPTIONS`,
];

const BY_CODE: Record<string, Describe> = {
  ECONNREFUSED: REFUSED,
  ENOENT: REFUSED,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  EACCES: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  ECONNRESET: LOST,
  EPIPE: LOST,
  '57P01': SHUTDOWN,
  '57P02': SHUTDOWN,
  '57P03': SHUTDOWN,
  '28P01': (where) => [
    'PG_PASSWORD',
    `${where} refused the password: correct it in the URL, PGPASSWORD or the password file`,
  ],
  '28000': (where, e) => [
    'PG_REFUSED',
    `${where} refused the connection (${firstLine(e.message)}): see its pg_hba.conf`,
  ],
  '3D000': (where, e) => ['PG_NO_DATABASE', `${firstLine(e.message)} at ${where}: create it, or name another`],
  '53300': (where, e) => [
    'PG_TOO_MANY_CONNECTIONS',
    `${where} has no free connection (${firstLine(e.message)}): use fewer --workers, or raise that limit`,
  ],
  '53100': (where, e) => [
    'PG_DISK_FULL',
    `the disk of ${where} is full (${firstLine(e.message)}): free space and run again`,
  ],
  '53200': (where) => ['PG_OUT_OF_MEMORY', `${where} ran out of memory: lower its maintenance_work_mem or --workers`],
  '42501': (where, e) => ['PG_PERMISSION', `${firstLine(e.message)} at ${where}: grant it, or connect as another user`],
  '25006': (where) => ['PG_READ_ONLY', `${where} is read-only: connect to the primary server`],
  '22P05': (where, e) => [
    'PG_ENCODING',
    `the encoding of the database at ${where} lacks a character (${firstLine(e.message)}): use other names, or a database of encoding UTF8`,
  ],
  '40001': CONFLICT,
  '40P01': CONFLICT,
  '57014': (where, e) => [
    'PG_CANCELLED',
    `${where}: ${firstLine(e.message)}: find out what cancels it, or which statement_timeout the connection's options set, and run again`,
  ],
  '57P05': SESSION_TIMEOUT,
  '25P03': SESSION_TIMEOUT,
  '25P04': SESSION_TIMEOUT,
  '55P03': (where, e) => ['PG_LOCKED', `${where}: ${firstLine(e.message)}: wait for the other session and run again`],
};

/** For a SQLSTATE with several causes: by SQLSTATE and the server's function that reports it. */
const BY_ROUTINE: Record<string, Describe> = {
  '42501 check_enable_rls': ROW_SECURITY,
  '42501 CheckMyDatabase': (where, e) => [
    'PG_PERMISSION',
    `${firstLine(e.message)} at ${where}: have its owner run ${grantConnect(where)}; or connect as another user`,
  ],
  '55000 CheckMyDatabase': (where, e) => [
    'PG_REFUSED',
    `${firstLine(e.message)} at ${where}: have its owner run ALTER DATABASE ... ALLOW_CONNECTIONS true, or name another`,
  ],
  '28000 InitializeSessionUserId': (where, e) => [
    'PG_REFUSED',
    `${where} refused the connection (${firstLine(e.message)}): have it granted with ALTER ROLE ... LOGIN, or connect as another user`,
  ],
};

/**
 * Failures that are transient during a load: lost and ended connections, a server that restarts or has no free
 * connection at the moment, locks and conflicts. PG_SHARD_STANDS means that an earlier attempt has committed.
 */
const TRANSIENT = new Set([
  'PG_CONNECTION_LOST',
  'PG_UNREACHABLE',
  'PG_TIMEOUT',
  'PG_STALLED',
  'PG_TOO_MANY_CONNECTIONS',
  'PG_CONFLICT',
  'PG_LOCKED',
  'PG_CANCELLED',
  'PG_SHARD_STANDS',
  'PG_SHARDS_LOST',
]);

/** Detected before anything is changed. */
const INVALID_REQUESTS = new Set(['PG_POOLER', 'PG_ENCODING', 'PG_OPTIONS', 'PG_SESSION_TIMEOUT']);

export function isTransient(error: FleetgenError): boolean {
  return TRANSIENT.has(error.code);
}

/**
 * Returns a FleetgenError unchanged; anything else becomes an error about the server at `where` (a URL without
 * password).
 */
export function serverError(error: unknown, where: string): FleetgenError {
  if (error instanceof FleetgenError) return error;
  const reported = error as ReportedError;
  const { code = '', routine } = reported;
  const describe = fromPooler(reported)
    ? POOLER
    : ofOptions(reported)
      ? OPTIONS
      : (BY_ROUTINE[`${code} ${routine}`] ?? BY_CODE[code] ?? (/^08/.test(code) ? LOST : byMessage(reported)));
  const [kind, message] = describe(where, reported);
  return INVALID_REQUESTS.has(kind) ? requestError(kind, message, error) : runError(kind, message, error);
}

/** PgBouncer's own messages, which are always in English. */
function fromPooler({ message }: ReportedError): boolean {
  return /^unsupported startup parameter|statement pooling mode/.test(message);
}

/**
 * Whether a session failed to start because of an unknown setting or an invalid value; the routines of versions 12 to
 * 18.
 */
function ofOptions({ code = '', routine = '' }: ReportedError): boolean {
  return (
    /^(42601|42602|42704|22023)$/.test(code) &&
    /config_option|config_with_handle|find_option|parse_and_validate_value|config_hook|call_\w+_check_hook|process_postgres_switches|custom_variable_name/.test(
      routine,
    )
  );
}

/** Errors of pg without a code. */
function byMessage(error: ReportedError): Describe {
  const { message, code = '' } = error;
  if (/timeout expired/.test(message))
    return (where) => ['PG_TIMEOUT', `${where} did not answer in time: check the address, or raise connect_timeout`];
  if (/Connection terminated|not queryable|connection error/i.test(message)) return LOST;
  if (/does not support SSL/.test(message))
    return (where) => ['PG_NO_TLS', `${where} offers no TLS: use sslmode=disable if that is acceptable`];
  if (/error establishing an SSL connection/.test(message))
    return (where) => ['PG_UNREACHABLE', `the server at ${where} is not PostgreSQL: correct host and port`];
  if (/: File too large$/m.test(message))
    return (where, e) => [
      'PG_FILE_LIMIT',
      `a file of ${where} grew past the largest size allowed there (${firstLine(e.message)}): raise the limit and run again`,
    ];
  if (/^(CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code)) return CERTIFICATE;
  const state = /^[0-9A-Z]{5}$/.test(code) ? ` (SQLSTATE ${code})` : '';
  const detail = error.detail ? ` (${firstLine(error.detail)})` : '';
  return (where) => ['PG_FAILED', `${where} reported: ${firstLine(message)}${detail}${state}`];
}

/** `where`: a URL with user and database. */
function grantConnect(where: string): string {
  const { username, pathname } = new URL(where);
  return `GRANT CONNECT ON DATABASE ${quote(decodeURIComponent(pathname.slice(1)))} TO ${quote(decodeURIComponent(username))}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.trim();
}
