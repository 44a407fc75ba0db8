/**
 * FlatBuffers, as far as Arrow's messages need them: built from the end to the beginning, so that what a table refers to
 * is there before the table. https://flatbuffers.dev/internals/
 */
import { utf8 } from '../text-words.js';

/** Where an object begins: bytes from the end of the buffer. */
export type Place = number & { readonly place: unique symbol };

/** A field of a table: its number in the schema, and its value. A `place` refers to a string, vector or table. */
export type Field = { readonly id: number } & (
  | { readonly place: Place }
  | { readonly bytes: 1 | 2 | 4 | 8; readonly value: number }
);

export class FlatBuffer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  /** Bytes written, which stand at the end. */
  #size = 0;

  string(text: string): Place {
    const bytes = utf8(text);
    this.#align(4, bytes.length + 1);
    // Ends with a zero that its length does not count.
    this.#number(1, 0);
    this.#reserve(bytes.length);
    this.#size += bytes.length;
    this.#bytes.set(bytes, this.#bytes.length - this.#size);
    this.#number(4, bytes.length);
    return this.#place();
  }

  vector(places: readonly Place[]): Place {
    this.#align(4, 4 * places.length);
    for (const place of places.toReversed()) this.#reference(place);
    this.#number(4, places.length);
    return this.#place();
  }

  /** A vector of structs of whole numbers of eight bytes, `width` to a struct. */
  structs(numbers: ArrayLike<number>, width: number): Place {
    this.#align(8, 8 * numbers.length);
    for (let i = numbers.length - 1; i >= 0; i--) this.#number(8, numbers[i] ?? 0);
    this.#number(4, numbers.length / width);
    return this.#place();
  }

  table(fields: readonly Field[]): Place {
    const end = this.#size;
    const places = new Map<number, number>();
    // The widest first, so that there are no gaps between them.
    for (const field of fields.toSorted((a, b) => widthOf(b) - widthOf(a))) {
      this.#align(widthOf(field), 0);
      if ('place' in field) this.#reference(field.place);
      else this.#number(field.bytes, field.value);
      places.set(field.id, this.#size);
    }
    this.#align(4, 0);
    // Distance to the table of fields, which is filled in when that is there.
    this.#number(4, 0);
    const start = this.#size;
    const count = Math.max(-1, ...places.keys()) + 1;
    for (let id = count - 1; id >= 0; id--) {
      const place = places.get(id);
      this.#number(2, place === undefined ? 0 : start - place);
    }
    this.#number(2, start - end);
    this.#number(2, 2 * (count + 2));
    this.#view.setInt32(this.#bytes.length - start, this.#size - start, true);
    return start as Place;
  }

  /** The whole buffer, in multiples of eight bytes. */
  finish(root: Place): Uint8Array {
    this.#align(8, 4);
    this.#reference(root);
    return this.#bytes.slice(this.#bytes.length - this.#size);
  }

  #place(): Place {
    return this.#size as Place;
  }

  #reference(place: Place): void {
    this.#align(4, 0);
    this.#number(4, this.#size + 4 - place);
  }

  /** Fills up, so that after `more` bytes the next number of `width` bytes is aligned. */
  #align(width: number, more: number): void {
    while ((this.#size + more) % width !== 0) this.#number(1, 0);
  }

  /** A whole number, to 2^53 either way where it has eight bytes. */
  #number(width: 1 | 2 | 4 | 8, value: number): void {
    this.#reserve(width);
    this.#size += width;
    const at = this.#bytes.length - this.#size;
    if (width === 1) this.#view.setUint8(at, value);
    else if (width === 2) this.#view.setInt16(at, value, true);
    else if (width === 4) this.#view.setInt32(at, value, true);
    else this.#view.setBigInt64(at, BigInt(value), true);
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#size + more));
    larger.set(this.#bytes, larger.length - this.#bytes.length);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function widthOf(field: Field): number {
  return 'place' in field ? 4 : field.bytes;
}
