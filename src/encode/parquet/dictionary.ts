/** Dictionaries of a block: each distinct value once, in the order in which it first appears, and the rows as codes. */
import { GROUP_SLACK } from './bit-packing.js';

/** Codes are found by table, so values may be this far apart: 4 MB, of which only what is met is touched. */
const WIDEST = 1 << 20;
const MOST_DISTINCT = 1 << 16;

export class Dictionary {
  /** Of each value, its place in `distinct`. Bit packing reads, and writes, up to seven places behind the last. */
  codes = new Int32Array();
  /** The first `size` are the values. */
  readonly distinct = new Int32Array(MOST_DISTINCT);
  size = 0;
  readonly #codeOf = new Int32Array(WIDEST).fill(-1);

  /** False if the values, between `least` and `most`, are too far apart or there are more than `limit` of them. */
  build(values: Int32Array, least: number, most: number, limit: number): boolean {
    this.size = 0;
    const room = values.length + GROUP_SLACK;
    if (this.codes.length < room) this.codes = new Int32Array(room);
    if (most - least >= WIDEST) return false;
    const complete = this.#encode(values, least, Math.min(limit, MOST_DISTINCT));
    for (let code = 0; code < this.size; code++) this.#codeOf[this.distinct[code]! - least] = -1;
    return complete;
  }

  #encode(values: Int32Array, least: number, limit: number): boolean {
    const { codes, distinct } = this;
    const codeOf = this.#codeOf;
    let size = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      let code = codeOf[value - least]!;
      if (code < 0) {
        if (size === limit) {
          this.size = size;
          return false;
        }
        code = size++;
        codeOf[value - least] = code;
        distinct[code] = value;
      }
      codes[i] = code;
    }
    this.size = size;
    return true;
  }
}
