/** Parses --to and opens its target. The module of each kind is loaded on demand. */
import { requestError } from '../base/errors.js';
import { maskPassword } from '../base/mask-password.js';
import type { EmbeddedConnection } from '../embedded/open.js';
import { namesServer } from '../pg/connection/connection-text.js';
import type { IfExists, LoadTarget } from '../sinks/target.js';
import type { CopyFormat } from './defaults.js';

export type TargetKind = 'embedded' | 'postgres' | 'file' | 'stdout' | 'null';

export type TargetRequest =
  | { readonly kind: 'embedded' | 'stdout' | 'null' }
  /** A postgresql:// URL, or the word postgres for libpq's PG* environment. */
  | { readonly kind: 'postgres'; readonly connection: string }
  | { readonly kind: 'file'; readonly path: string; readonly gzip: boolean };

export interface TargetOptions {
  readonly schema: string;
  readonly table: string;
  readonly ifExists: IfExists;
  readonly header: boolean;
  /** The format of COPY; databases only. */
  readonly copyFormat: CopyFormat;
  readonly unlogged: boolean;
  readonly keepPrevious?: number;
  readonly swapTimeoutMs?: number;
  readonly terminateBlockers?: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface OpenTarget {
  readonly target: LoadTarget;
  /** Releases what opening acquired: the embedded server stops with its last user. */
  close(): Promise<void>;
}

const KNOWN =
  'embedded, postgresql://user@host/database, postgres (PG* environment), FILE.csv, FILE.csv.gz, - (standard output) or null';

/** Throws a requestError, which names the flag and lists the kinds, if the text is not a target. */
export function parseTarget(text: string, flag = '--to'): TargetRequest {
  if (text === 'embedded' || text === 'null') return { kind: text };
  if (text === '-') return { kind: 'stdout' };
  if (namesServer(text)) return { kind: 'postgres', connection: text };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (/[^/]\.csv$/.test(text)) return { kind: 'file', path: text, gzip: false };
    if (/[^/]\.csv\.gz$/.test(text)) return { kind: 'file', path: text, gzip: true };
  }
  throw requestError(
    'UNKNOWN_TARGET',
    `${flag} "${maskPassword(text)}" is not a target that fleetgen knows: ${hintFor(text)}give ${KNOWN}`,
  );
}

/** A hint at what is nearly right, ending in a semicolon. */
function hintFor(text: string): string {
  if (text === '/dev/null') return '"null" makes the records and keeps nothing; ';
  if (text === '/dev/stdout') return '"-" is standard output; ';
  return /\.csv(\.gz)?$/i.test(text) && text !== text.toLowerCase() ? 'endings are in lower case; ' : '';
}

export async function openTarget(request: TargetRequest, options: TargetOptions): Promise<OpenTarget> {
  const { header, ifExists } = options;
  switch (request.kind) {
    case 'embedded':
      return openEmbeddedTarget(options);
    case 'postgres':
      return unmanaged(await postgresTarget(request.connection, options));
    case 'file': {
      const { createFileTarget } = await import('../sinks/files/file.js');
      return unmanaged(createFileTarget({ path: request.path, gzip: request.gzip, header, ifExists }));
    }
    case 'stdout': {
      const { createStdoutTarget } = await import('../sinks/files/stdout.js');
      return unmanaged(createStdoutTarget({ header }));
    }
    case 'null': {
      const { createNullTarget } = await import('../sinks/null.js');
      return unmanaged(createNullTarget());
    }
  }
}

function unmanaged(target: LoadTarget): OpenTarget {
  return { target, close: async () => {} };
}

async function openEmbeddedTarget(options: TargetOptions): Promise<OpenTarget> {
  const { openEmbedded } = await import('../embedded/open.js');
  const server = await openEmbedded({ signal: options.signal });
  try {
    return { target: await postgresTarget(server.connection, options), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function postgresTarget(connection: string | EmbeddedConnection, options: TargetOptions): Promise<LoadTarget> {
  const { createPostgresTarget } = await import('../sinks/postgres/load-target.js');
  const { copyFormat, header: _header, signal: _signal, ...rest } = options;
  return createPostgresTarget({ connection, format: copyFormat === 'binary' ? 'pgbinary' : 'csv', ...rest });
}
