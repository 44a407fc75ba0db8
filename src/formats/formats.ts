/**
 * Registry of file formats. A new format is a module of its own and its entry here: flags, targets, sources and
 * messages follow.
 */
import {
  COMPRESSION_NAMES,
  COMPRESSIONS,
  type CompressionName,
  compressionOf,
} from '../base/compression/compression.js';
import type { Batch } from '../columns/batch.js';
import type { Arrays, TableSchema } from '../columns/column.js';
import { arrow } from './arrow.js';
import { csv } from './csv.js';
import type { FileFormat } from './file-format.js';
import { ndjson } from './ndjson.js';
import { parquet } from './parquet.js';

/** The formats of files. */
export type FormatName = 'csv' | 'ndjson' | 'parquet' | 'arrow';

export const FORMATS: Readonly<Record<FormatName, FileFormat>> = { csv, ndjson, parquet, arrow };

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** Format and compression of a file, from the ending of its name. */
export interface FileKind {
  readonly format: FormatName;
  readonly compression: CompressionName | undefined;
}

/** All supported endings, for messages and --help. */
export const FILE_NAMES = [
  `${fileNames('text').join(', ')} (also ${COMPRESSION_NAMES.map((name) => COMPRESSIONS[name].ending).join(', ')})`,
  ...fileNames('blocks'),
].join(', ');

function fileNames(kind: FileFormat['kind']): string[] {
  return Object.values(FORMATS)
    .filter((format) => format.kind === kind)
    .map(({ ending }) => `FILE${ending}`);
}

/** Undefined for a text without such an ending, and for a URL. The case of letters makes no difference. */
export function fileKindOf(text: string): FileKind | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  const path = text.toLowerCase();
  const compression = compressionOf(path);
  const name = compression === undefined ? path : path.slice(0, -COMPRESSIONS[compression].ending.length);
  const format = FORMAT_NAMES.find((each) => name.endsWith(FORMATS[each].ending));
  if (format === undefined || /(?:^|\/)$/.test(name.slice(0, -FORMATS[format].ending.length))) return undefined;
  // Only text is compressed as a whole.
  if (compression !== undefined && FORMATS[format].kind !== 'text') return undefined;
  return { format, compression };
}

/** The endings of a path, as they are written. */
export function endingOf(path: string): string {
  const kind = fileKindOf(path);
  if (kind === undefined) return '';
  const compression = kind.compression === undefined ? '' : COMPRESSIONS[kind.compression].ending;
  return path.slice(path.length - FORMATS[kind.format].ending.length - compression.length);
}

/**
 * The rows of a file in the order of the file, in the format that its name says (CSV for any other). The batch is used
 * again. Throws FleetgenError.
 */
export async function* readBatches<Known extends Arrays>(
  schema: TableSchema<Known>,
  path: string,
): AsyncGenerator<Batch<Known>> {
  const { fileBatches } = await import('../read/file-batches.js');
  yield* fileBatches(schema, path, await formatOf(path).open(schema, path));
}

/** That of the file's name; CSV for any other. */
export function formatOf(path: string): FileFormat {
  return FORMATS[fileKindOf(path)?.format ?? 'csv'];
}
