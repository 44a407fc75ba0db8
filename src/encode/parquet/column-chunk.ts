/** One column of a row group: a dictionary where it pays, then its pages. */
import type { ColumnArray } from '../../columns/batch.js';
import type { Compress, Piece } from '../block-writer.js';
import { bitWidth, fitDeltas } from './bit-packing.js';
import { type ColumnTexts, columnTexts } from './column-texts.js';
import { type ColumnValues, nullsOf, type PageRows, type Values } from './column-values.js';
import type { Dictionary } from './dictionary.js';
import { PageContent } from './page-content.js';
import { ThriftWriter } from './thrift.js';
import { ENCODING, type Encoding, PAGE, PHYSICAL, type StoredColumn } from './types.js';

/** A value as a batch stores it, or a text's bytes; undefined where there is none, or the order of texts is not known. */
export type Bound = number | Uint8Array | undefined;

export interface PageEntry {
  readonly rows: number;
  /** With its header. */
  readonly bytes: number;
  readonly nulls: number;
  readonly least: Bound;
  readonly most: Bound;
}

export interface ChunkEntry {
  readonly encoding: Encoding;
  /** Of the dictionary page with its header; 0 where there is none. */
  readonly dictionaryBytes: number;
  /** Of all pages with their headers. */
  readonly bytes: number;
  /** The same before compression. */
  readonly uncompressedBytes: number;
  readonly pages: readonly PageEntry[];
}

/** Memory that the columns of a block use one after another. */
export interface Workspace {
  readonly values: ColumnValues;
  readonly dictionary: Dictionary;
}

export interface ChunkOptions {
  readonly pageRows: number;
  readonly compress: Compress | undefined;
}

/** A dictionary of whole numbers is better than their differences only if it is small; that of fractions replaces 4 or 8 bytes. */
const WHOLE_NUMBERS_SHARE = 1 / 16;
const FRACTIONS_SHARE = 1 / 4;

const NONE = new Uint8Array();

export class ColumnChunkWriter {
  readonly #stored: StoredColumn;
  readonly #texts: ColumnTexts | undefined;
  readonly #content: PageContent;
  readonly #workspace: Workspace;
  readonly #options: ChunkOptions;

  constructor(stored: StoredColumn, workspace: Workspace, options: ChunkOptions) {
    this.#stored = stored;
    this.#texts = columnTexts(stored.column);
    this.#content = new PageContent(stored, this.#texts);
    this.#workspace = workspace;
    this.#options = options;
  }

  *write(array: ColumnArray, rows: number): Generator<Piece, ChunkEntry> {
    const { column } = this.#stored;
    const { values: loader } = this.#workspace;
    const values = loader.load(column, array, rows, this.#texts?.ranks);
    const pages = loader.pages(column, values, rows, this.#options.pageRows);
    const [least, most] = extremes(pages);
    const codes = this.#codes(values, least, most);
    const encoding = codes === undefined ? plainOrDelta(this.#stored, least, most) : ENCODING.dictionary;
    const total = { bytes: 0, uncompressedBytes: 0 };
    const dictionaryBytes = codes === undefined ? 0 : yield* this.#dictionaryPage(total);
    const entries: PageEntry[] = [];
    const width = codes === undefined ? 0 : Math.max(1, bitWidth(this.#entries - 1));
    for (const page of pages) {
      this.#content.begin(page, column.nullable ? loader.present : undefined);
      if (codes === undefined) this.#content.putValues(values, page, encoding);
      else this.#content.putCodes(codes, page, width);
      const bytes = yield* this.#page(total, this.#content.end(), PAGE.data, (header) =>
        header.struct(5, (data) =>
          // Levels of definition, and of repetition, of which there are none.
          data
            .i32(1, page.toRow - page.fromRow)
            .i32(2, encoding)
            .i32(3, ENCODING.rle)
            .i32(4, ENCODING.rle),
        ),
      );
      const [from, to] = this.#bounds(page);
      entries.push({ rows: page.toRow - page.fromRow, bytes, nulls: nullsOf(page), least: from, most: to });
    }
    return { encoding, dictionaryBytes, ...total, pages: entries };
  }

  /** Entries of the dictionary. */
  get #entries(): number {
    return this.#texts?.ranks === undefined ? this.#workspace.dictionary.size : this.#texts.count;
  }

  /** The values as places in a dictionary; undefined where none pays. */
  #codes(values: Values, least: number, most: number): Int32Array | undefined {
    if (this.#stored.physical === PHYSICAL.boolean || values instanceof Float64Array) return undefined;
    if (this.#texts?.ranks !== undefined) return values;
    const { dictionary } = this.#workspace;
    if (least > most) return undefined;
    const share = this.#texts !== undefined ? 1 : this.#stored.isFraction ? FRACTIONS_SHARE : WHOLE_NUMBERS_SHARE;
    return dictionary.build(values, least, most, Math.ceil(values.length * share)) ? dictionary.codes : undefined;
  }

  *#dictionaryPage(total: { bytes: number; uncompressedBytes: number }): Generator<Piece, number> {
    const count = this.#entries;
    this.#content.begin(undefined, undefined);
    this.#content.putDictionary(
      this.#texts?.ranks === undefined ? this.#workspace.dictionary.distinct : undefined,
      count,
    );
    return yield* this.#page(total, this.#content.end(), PAGE.dictionary, (header) =>
      header.struct(7, (dictionary) => dictionary.i32(1, count).i32(2, ENCODING.plain)),
    );
  }

  /** A page behind its header; returns the size of both. */
  *#page(
    total: { bytes: number; uncompressedBytes: number },
    content: Uint8Array,
    type: number,
    addHeader: (header: ThriftWriter) => void,
  ): Generator<Piece, number> {
    const { compress } = this.#options;
    const bytes = compress === undefined ? content : compress(content);
    const header = new ThriftWriter().i32(1, type).i32(2, content.length).i32(3, bytes.length);
    addHeader(header);
    const head = header.end();
    yield { bytes: head, content: NONE };
    yield { bytes, content };
    total.bytes += head.length + bytes.length;
    total.uncompressedBytes += head.length + content.length;
    return head.length + bytes.length;
  }

  #bounds({ least, most }: PageRows): [Bound, Bound] {
    const texts = this.#texts;
    if (texts === undefined || least === undefined || most === undefined) return [least, most];
    return texts.isOrdered(most) ? [texts.textAt(least), texts.textAt(most)] : [undefined, undefined];
  }
}

/** Of all values; the wrong way round where there are none. */
function extremes(pages: readonly PageRows[]): [least: number, most: number] {
  return [
    Math.min(...pages.map(({ least = Number.POSITIVE_INFINITY }) => least)),
    Math.max(...pages.map(({ most = Number.NEGATIVE_INFINITY }) => most)),
  ];
}

/** The encoding of values without a dictionary. */
function plainOrDelta({ physical }: StoredColumn, least: number, most: number): Encoding {
  if (physical !== PHYSICAL.int32 && physical !== PHYSICAL.int64) return ENCODING.plain;
  const bits = physical === PHYSICAL.int32 ? 32 : 64;
  return least > most || fitDeltas(least, most, bits) ? ENCODING.delta : ENCODING.plain;
}
