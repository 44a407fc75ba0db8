/** Parses --to and opens its target. The module of each kind is loaded on demand. */
import { statSync } from 'node:fs';
import { COMPRESSIONS, compressionOf } from '../base/compression/compression.js';
import { requestError } from '../base/errors.js';
import { maskPassword } from '../base/mask-password.js';
import type { EmbeddedConnection } from '../embedded/open.js';
import { FILE_DEFAULTS, type FileOptions } from '../formats/file-options.js';
import { endingOf, FILE_NAMES, type FileKind, type FormatName, fileKindOf, formatOf } from '../formats/formats.js';
import { isConnectionString } from '../pg/connection/connection-string.js';
import type { IfExists, LoadTarget } from '../sinks/load-target.js';
import type { CopyFormat } from './defaults.js';

export type TargetKind = 'embedded' | 'postgres' | 'file' | 'folder' | 'stdout' | 'null';

export type TargetRequest =
  | { readonly kind: 'embedded' | 'stdout' | 'null' }
  /** A postgresql:// URL, or the word postgres for libpq's PG* environment. */
  | { readonly kind: 'postgres'; readonly connection: string }
  | { readonly kind: 'file'; readonly path: string; readonly file: FileKind }
  /** A file for each shard. */
  | { readonly kind: 'folder'; readonly path: string };

export interface TargetOptions {
  readonly schema: string;
  readonly table: string;
  readonly ifExists: IfExists;
  /** Of standard output, CSV by default, or a folder, Parquet by default; a file's name says it. */
  readonly format?: FormatName;
  /** For files and standard output. */
  readonly file?: FileOptions;
  /** For databases. */
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

const KNOWN = `embedded, postgresql://user@host/database, postgres (PG* environment), ${FILE_NAMES}, FOLDER/, - (standard output) or null`;

/** Throws a requestError, which names the flag and lists the kinds, if the text is not a target. */
export function parseTarget(text: string, flag = '--to'): TargetRequest {
  if (text === 'embedded' || text === 'null') return { kind: text };
  if (text === '-') return { kind: 'stdout' };
  if (isConnectionString(text)) return { kind: 'postgres', connection: text };
  const file = fileKindOf(text);
  if (file !== undefined && endingOf(text) === endingOf(text).toLowerCase()) {
    requireCodec(flag, text, file);
    return { kind: 'file', path: text, file };
  }
  if (isFolderName(text)) return { kind: 'folder', path: text };
  throw requestError(
    'UNKNOWN_TARGET',
    `${flag} "${maskPassword(text)}" is not a target that fleetgen knows: ${hintFor(text)}give ${KNOWN}`,
  );
}

/** A name that ends in a slash, and no URL. */
export function isFolderName(text: string): boolean {
  return /[^/]\/+$/.test(text) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function requireCodec(flag: string, path: string, { compression }: FileKind): void {
  if (compression === undefined) return;
  const { lacks, name } = COMPRESSIONS[compression];
  if (lacks === undefined) return;
  throw requestError('NO_CODEC', `${flag} ${path} needs ${lacks} for ${name}: use it, or another ending such as .gz`);
}

function isFolder(path: string): boolean {
  try {
    return !path.endsWith('/') && statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** A hint at what is nearly right, ending in a semicolon. */
function hintFor(text: string): string {
  if (text === '/dev/null') return '"null" makes the records and keeps nothing; ';
  if (text === '/dev/stdout') return '"-" is standard output; ';
  if (isFolder(text)) return `for the folder add a slash, ${text}/; `;
  const compression = compressionOf(text);
  const format = compression && formatOf(text.slice(0, -COMPRESSIONS[compression].ending.length));
  if (format?.kind === 'blocks') return `${format.title} files are not compressed as a whole; `;
  return fileKindOf(text) === undefined ? '' : 'endings are in lower case; ';
}

export async function openTarget(request: TargetRequest, options: TargetOptions): Promise<OpenTarget> {
  const { ifExists, file = FILE_DEFAULTS } = options;
  switch (request.kind) {
    case 'embedded':
      return openEmbeddedTarget(options);
    case 'postgres':
      return unmanaged(await postgresTarget(request.connection, options));
    case 'file': {
      const { createFileTarget } = await import('../sinks/files/file.js');
      return unmanaged(createFileTarget({ path: request.path, file: { kind: request.file, options: file }, ifExists }));
    }
    case 'folder': {
      const { createFolderTarget } = await import('../sinks/folder/folder-target.js');
      const kind = { format: options.format ?? 'parquet', compression: undefined };
      return unmanaged(createFolderTarget({ path: request.path, file: { kind, options: file }, ifExists }));
    }
    case 'stdout': {
      const { createStdoutTarget } = await import('../sinks/files/stdout.js');
      return unmanaged(createStdoutTarget(options.format ?? 'csv', file));
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
  const { createPostgresTarget } = await import('../sinks/postgres/postgres-target.js');
  const { copyFormat, format: _format, file: _file, signal: _signal, ...rest } = options;
  return createPostgresTarget({ connection, format: copyFormat === 'binary' ? 'pgbinary' : 'csv', ...rest });
}
