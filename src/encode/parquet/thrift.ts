/**
 * Thrift's compact protocol, as far as Parquet's metadata needs it.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { utf8 } from '../text-words.js';

/** Types of fields and of a list's elements. */
export const THRIFT = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** Writes one struct; fields have to come in the order of their ids. */
export class ThriftWriter {
  #bytes = new Uint8Array(128);
  #length = 0;
  #lastId = 0;

  i16(id: number, value: number): this {
    return this.#field(id, THRIFT.i16).integer(value);
  }

  i32(id: number, value: number): this {
    return this.#field(id, THRIFT.i32).integer(value);
  }

  /** Within 2^52 of zero. */
  i64(id: number, value: number): this {
    return this.#field(id, THRIFT.i64).integer(value);
  }

  byte(id: number, value: number): this {
    return this.#field(id, THRIFT.byte).#byte(value);
  }

  bool(id: number, value: boolean): this {
    return this.#field(id, value ? THRIFT.true : THRIFT.false);
  }

  binary(id: number, value: Uint8Array | string): this {
    return this.#field(id, THRIFT.binary).bytes(value);
  }

  struct(id: number, fill: (inner: ThriftWriter) => void): this {
    return this.#field(id, THRIFT.struct).element(fill);
  }

  /** `write` is called for each item; it writes an element and no field. */
  list<Item>(id: number, type: number, items: readonly Item[], write: (item: Item, index: number) => void): this {
    this.#field(id, THRIFT.list);
    if (items.length < 15) this.#byte((items.length << 4) | type);
    else this.#byte(0xf0 | type).#varint(items.length);
    items.forEach(write);
    return this;
  }

  structs<Item>(id: number, items: readonly Item[], write: (inner: ThriftWriter, item: Item) => void): this {
    return this.list(id, THRIFT.struct, items, (item) => this.element((inner) => write(inner, item)));
  }

  /** A struct as an element of a list. */
  element(fill: (inner: ThriftWriter) => void): this {
    const outer = this.#lastId;
    this.#lastId = 0;
    fill(this);
    this.#lastId = outer;
    return this.#byte(0);
  }

  /** A number as an element of a list. */
  integer(value: number): this {
    return this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** A truth value as an element of a list. */
  truth(value: boolean): this {
    return this.#byte(value ? THRIFT.true : THRIFT.false);
  }

  /** Bytes as an element of a list. */
  bytes(value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? utf8(value) : value;
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** The whole struct. */
  end(): Uint8Array {
    this.#byte(0);
    return this.#bytes.slice(0, this.#length);
  }

  #field(id: number, type: number): this {
    const step = id - this.#lastId;
    this.#lastId = id;
    if (step > 0 && step < 16) return this.#byte((step << 4) | type);
    return this.#byte(type).integer(id);
  }

  #varint(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 128);
    return this.#byte(rest);
  }

  #byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
