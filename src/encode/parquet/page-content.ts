/** The content of pages before compression: levels of definition where values may be missing, then the values. */
import { type Output, putDeltas, putPacked, putRuns } from './bit-packing.js';
import type { ColumnTexts } from './column-texts.js';
import type { PageRows, Values } from './column-values.js';
import { ENCODING, type Encoding, PHYSICAL, type StoredColumn } from './types.js';

/** Of a value: the worst differences take a little over eight. */
const MOST_VALUE_BYTES = 9;
/** Of a page beside its values: lengths, widths, headers, and what a store of a word may reach past them. */
const OVERHEAD_BYTES = 1024;
const LENGTH_BYTES = 4;

export class PageContent {
  readonly #stored: StoredColumn;
  readonly #texts: ColumnTexts | undefined;
  #out: Output = outputOf(0);
  #length = 0;

  constructor(stored: StoredColumn, texts: ColumnTexts | undefined) {
    this.#stored = stored;
    this.#texts = texts;
  }

  /** Begins a page of values, or of a dictionary. */
  begin(page: PageRows | undefined, present: Int32Array | undefined): void {
    this.#length = 0;
    if (page === undefined) return;
    const valueBytes = Math.max(MOST_VALUE_BYTES, LENGTH_BYTES + (this.#texts?.longest ?? 0));
    this.#reserve((page.toRow - page.fromRow) * (valueBytes + 1));
    if (present === undefined) return;
    const end = putRuns(this.#out, LENGTH_BYTES, present, page.fromRow, page.toRow, 1);
    this.#out.view.setInt32(0, end - LENGTH_BYTES, true);
    this.#length = end;
  }

  putCodes(codes: Int32Array, { from, to }: PageRows, width: number): void {
    this.#out.bytes[this.#length++] = width;
    this.#length = putRuns(this.#out, this.#length, codes, from, to, width);
  }

  /** The values of a page without a dictionary. */
  putValues(values: Values, { from, to }: PageRows, encoding: Encoding): void {
    if (encoding === ENCODING.delta) this.#length = putDeltas(this.#out, this.#length, values, from, to);
    else this.#putPlain(values, from, to);
  }

  /** The entries of a dictionary; without `entries`, all texts of the column. */
  putDictionary(entries: Int32Array | undefined, count: number): void {
    this.#reserve(count * Math.max(MOST_VALUE_BYTES, LENGTH_BYTES + (this.#texts?.longest ?? 0)));
    if (entries !== undefined) this.#putPlain(entries, 0, count);
    else for (let place = 0; place < count; place++) this.#putText(place);
  }

  /** The page; overwritten by the next one. */
  end(): Uint8Array {
    return this.#out.bytes.subarray(0, this.#length);
  }

  #putPlain(values: Values, from: number, to: number): void {
    const { view } = this.#out;
    const { physical, divisor } = this.#stored;
    let o = this.#length;
    switch (physical) {
      case PHYSICAL.boolean:
        o = putPacked(this.#out, o, values as Int32Array, from, to, 1);
        break;
      case PHYSICAL.int32:
        for (let i = from; i < to; i++, o += 4) view.setInt32(o, values[i]!, true);
        break;
      case PHYSICAL.int64:
        for (let i = from; i < to; i++, o += 8) putInt64(view, o, values[i]!);
        break;
      case PHYSICAL.float:
        for (let i = from; i < to; i++, o += 4) view.setFloat32(o, values[i]! / divisor, true);
        break;
      case PHYSICAL.double:
        for (let i = from; i < to; i++, o += 8) view.setFloat64(o, values[i]! / divisor, true);
        break;
      default:
        for (let i = from; i < to; i++) this.#putText(values[i]!);
        return;
    }
    this.#length = o;
  }

  #putText(place: number): void {
    const text = this.#texts?.textAt(place) ?? new Uint8Array();
    this.#out.view.setInt32(this.#length, text.length, true);
    this.#out.bytes.set(text, this.#length + LENGTH_BYTES);
    this.#length += LENGTH_BYTES + text.length;
  }

  #reserve(bytes: number): void {
    if (this.#out.bytes.length < bytes + OVERHEAD_BYTES) this.#out = outputOf(bytes + OVERHEAD_BYTES);
  }
}

/** A whole number within 2^53 of zero. */
function putInt64(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  view.setInt32(at, value - high * 2 ** 32, true);
  view.setInt32(at + 4, high, true);
}

function outputOf(length: number): Output {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}
