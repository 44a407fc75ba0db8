/** The end of a Parquet file: page indexes, then the metadata of the file and where it begins. */
import type { TableSchema } from '../../columns/column.js';
import { joinBytes } from '../join-bytes.js';
import { utf8 } from '../text-words.js';
import type { Bound, ChunkEntry, PageEntry } from './column-chunk.js';
import { compareBytes } from './column-texts.js';
import type { RowGroupEntry } from './parquet.js';
import { THRIFT, ThriftWriter } from './thrift.js';
import { ENCODING, PAGE, plainValue, putSchemaElement, type StoredColumn, storedColumn } from './types.js';

/** The first and the last bytes of every Parquet file. */
export const PARQUET_MAGIC = utf8('PAR1');

/** Parquet's codes of codecs. */
export const PARQUET_CODECS = { none: 0, snappy: 1, zstd: 6 } as const;
export type ParquetCodec = keyof typeof PARQUET_CODECS;

export interface FooterOptions {
  readonly codec: ParquetCodec;
  readonly decimals: boolean;
  /** The program that wrote the file, as `name version X`. */
  readonly createdBy: string;
  /** Metadata of the file, in this order. */
  readonly keyValues: readonly (readonly [key: string, value: string])[];
  /** The column whose values ascend through the whole file, if one's do. */
  readonly sortedBy: string | undefined;
}

const ASCENDING = 1;
const UNORDERED = 0;

/** Where a column chunk and its indexes are in the file. */
interface PlacedChunk {
  readonly stored: StoredColumn;
  readonly entry: ChunkEntry;
  readonly offset: number;
  columnIndex: Span | undefined;
  offsetIndex: Span;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** What follows the row groups, the first of which begins behind PARQUET_MAGIC. */
export function parquetFooter(
  schema: TableSchema,
  groups: readonly RowGroupEntry[],
  options: FooterOptions,
): Uint8Array {
  const columns = schema.columns.map((column) => storedColumn(column, options.decimals));
  let end: number = PARQUET_MAGIC.length;
  const placed = groups.map(({ chunks }) =>
    chunks.map((entry, i): PlacedChunk => {
      const offset = end;
      end += entry.bytes;
      return { stored: columns[i]!, entry, offset, columnIndex: undefined, offsetIndex: { offset: 0, length: 0 } };
    }),
  );
  const parts: Uint8Array[] = [];
  const add = (bytes: Uint8Array): Span => {
    const span = { offset: end, length: bytes.length };
    parts.push(bytes);
    end += bytes.length;
    return span;
  };
  for (const chunk of placed.flat()) {
    const index = columnIndex(chunk);
    if (index !== undefined) chunk.columnIndex = add(index);
  }
  for (const chunk of placed.flat()) chunk.offsetIndex = add(offsetIndex(chunk));
  const metadata = fileMetadata(columns, groups, placed, options);
  add(metadata);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setInt32(0, metadata.length, true);
  add(length);
  add(PARQUET_MAGIC);
  return joinBytes(parts);
}

/** FileMetaData of parquet.thrift. */
function fileMetadata(
  columns: readonly StoredColumn[],
  groups: readonly RowGroupEntry[],
  placed: readonly (readonly PlacedChunk[])[],
  { codec, createdBy, keyValues, sortedBy }: FooterOptions,
): Uint8Array {
  const file = new ThriftWriter().i32(1, 2);
  file.list(2, THRIFT.struct, [undefined, ...columns], (stored) =>
    file.element((element) => {
      if (stored === undefined) element.binary(4, 'schema').i32(5, columns.length);
      else putSchemaElement(element, stored);
    }),
  );
  file.i64(3, sum(groups.map(({ rows }) => rows)));
  const sortedAt = columns.findIndex(({ column }) => column.name === sortedBy);
  file.list(4, THRIFT.struct, groups, ({ rows, bytes }, i) => {
    const chunks = placed[i]!;
    file.element((group) => {
      group.structs(1, chunks, (inner, chunk) => putColumnChunk(inner, chunk, codec));
      group.i64(2, sum(chunks.map(({ entry }) => entry.uncompressedBytes))).i64(3, rows);
      if (sortedAt >= 0) {
        group.structs(4, [sortedAt], (inner, at) => inner.i32(1, at).bool(2, false).bool(3, false));
      }
      group.i64(5, chunks[0]?.offset ?? 0).i64(6, bytes);
      // Of 16 bits.
      if (i < 2 ** 15) group.i16(7, i);
    });
  });
  file.structs(5, keyValues, (inner, [key, value]) => inner.binary(1, key).binary(2, value));
  file.binary(6, createdBy);
  // Values are in the order of their types.
  file.structs(7, columns, (inner) => inner.struct(1, () => {}));
  return file.end();
}

function putColumnChunk(chunk: ThriftWriter, placed: PlacedChunk, codec: ParquetCodec): void {
  const { stored, entry, offset, columnIndex, offsetIndex } = placed;
  const { encoding, dictionaryBytes, pages } = entry;
  const hasDictionary = encoding === ENCODING.dictionary;
  const encodings = hasDictionary ? [ENCODING.plain, ENCODING.rle, encoding] : [encoding, ENCODING.rle];
  chunk.i64(2, 0).struct(3, (meta) => {
    meta.i32(1, stored.physical);
    meta.list(2, THRIFT.i32, encodings, (each) => meta.integer(each));
    meta.list(3, THRIFT.binary, [stored.column.name], (name) => meta.bytes(name));
    meta.i32(4, PARQUET_CODECS[codec]).i64(5, sum(pages.map(({ rows }) => rows)));
    meta
      .i64(6, entry.uncompressedBytes)
      .i64(7, entry.bytes)
      .i64(9, offset + dictionaryBytes);
    if (hasDictionary) meta.i64(11, offset);
    meta.struct(12, (statistics) => putStatistics(statistics, stored, pages));
    const kinds = [
      ...(hasDictionary ? [[PAGE.dictionary, ENCODING.plain, 1]] : []),
      [PAGE.data, encoding, pages.length],
    ];
    meta.structs(13, kinds, (inner, kind) => {
      kind.forEach((value, i) => {
        inner.i32(i + 1, value);
      });
    });
  });
  chunk.i64(4, offsetIndex.offset).i32(5, offsetIndex.length);
  if (columnIndex !== undefined) chunk.i64(6, columnIndex.offset).i32(7, columnIndex.length);
}

function putStatistics(statistics: ThriftWriter, stored: StoredColumn, pages: readonly PageEntry[]): void {
  statistics.i64(3, sum(pages.map(({ nulls }) => nulls)));
  const filled = pages.filter(({ nulls, rows }) => nulls < rows);
  const least = extreme(
    filled.map((page) => page.least),
    -1,
  );
  const most = extreme(
    filled.map((page) => page.most),
    1,
  );
  if (least === undefined || most === undefined) return;
  statistics.binary(5, boundBytes(stored, most)).binary(6, boundBytes(stored, least)).bool(7, true).bool(8, true);
}

/** ColumnIndex: least and most of each page. Undefined where that is not known of all. */
function columnIndex({ stored, entry: { pages } }: PlacedChunk): Uint8Array | undefined {
  const isEmpty = ({ nulls, rows }: PageEntry) => nulls === rows;
  if (pages.some((page) => page.least === undefined && !isEmpty(page))) return undefined;
  const bytes = (bound: Bound) => (bound === undefined ? new Uint8Array() : boundBytes(stored, bound));
  const index = new ThriftWriter();
  index.list(1, THRIFT.true, pages, (page) => index.truth(isEmpty(page)));
  index.list(2, THRIFT.binary, pages, (page) => index.bytes(bytes(page.least)));
  index.list(3, THRIFT.binary, pages, (page) => index.bytes(bytes(page.most)));
  const filled = pages.filter((page) => !isEmpty(page));
  const ascends = ascending(filled.map(({ least }) => least)) && ascending(filled.map(({ most }) => most));
  index.i32(4, ascends ? ASCENDING : UNORDERED);
  index.list(5, THRIFT.i64, pages, ({ nulls }) => index.integer(nulls));
  return index.end();
}

/** OffsetIndex: where each page begins. */
function offsetIndex({ entry: { pages, dictionaryBytes }, offset }: PlacedChunk): Uint8Array {
  let place = offset + dictionaryBytes;
  let row = 0;
  return new ThriftWriter()
    .structs(1, pages, (inner, { bytes, rows }) => {
      inner.i64(1, place).i32(2, bytes).i64(3, row);
      place += bytes;
      row += rows;
    })
    .end();
}

function boundBytes(stored: StoredColumn, bound: number | Uint8Array): Uint8Array {
  return typeof bound === 'number' ? plainValue(stored, bound) : bound;
}

/** The most in the direction; undefined where one is not known. */
function extreme(bounds: readonly Bound[], direction: 1 | -1): Bound {
  let found: Bound;
  for (const bound of bounds) {
    if (bound === undefined) return undefined;
    if (found === undefined || compare(bound, found) * direction > 0) found = bound;
  }
  return found;
}

function ascending(bounds: readonly Bound[]): boolean {
  return bounds.every((bound, i) => i === 0 || compare(bounds[i - 1], bound) <= 0);
}

function compare(a: Bound, b: Bound): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a instanceof Uint8Array && b instanceof Uint8Array ? compareBytes(a, b) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
