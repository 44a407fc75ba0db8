/**
 * Parquet's encodings of whole numbers: bits packed from the lowest on, runs (RLE / bit-packing hybrid) and differences
 * (DELTA_BINARY_PACKED). https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */

/** Bytes to write to, with the view of them that stores words. */
export interface Output {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Places that an array needs behind its values, as they are packed in groups. */
export const GROUP_SLACK = 8;

/** Shorter runs are packed with their neighbours: a run costs its header and the padding of what stands before it. */
const SHORTEST_RUN = 16;
const GROUP = 8;

const DELTA_BLOCK = 128;
const MINI_BLOCKS = 4;
const MINI_BLOCK = DELTA_BLOCK / MINI_BLOCKS;

/** Bits of the largest of the values 0 to `most` (below 2^32). */
export function bitWidth(most: number): number {
  return 32 - Math.clz32(most);
}

/**
 * Writes the values from (inclusive) to (exclusive), each below 2^width, as runs and packed groups of eight; returns the
 * offset behind them. Up to seven places of `values` behind `to` are overwritten and restored, as
 * far as there are any.
 */
export function putRuns(out: Output, at: number, values: Int32Array, from: number, to: number, width: number): number {
  const valueBytes = (width + 7) >> 3;
  let o = at;
  /** Where the values begin that are not yet written. */
  let open = from;
  for (let i = from; i < to; ) {
    const value = values[i]!;
    let end = i + 1;
    while (end < to && values[end] === value) end++;
    if (end - i >= SHORTEST_RUN) {
      const padding = (GROUP - ((i - open) % GROUP)) % GROUP;
      o = putGroups(out, o, values, open, i + padding, width);
      o = putVarint(out, o, (end - i - padding) * 2);
      for (let byte = 0; byte < valueBytes; byte++) out.bytes[o++] = value >>> (8 * byte);
      open = end;
    }
    i = end;
  }
  if (open === to) return o;
  const whole = open + Math.ceil((to - open) / GROUP) * GROUP;
  const behind = values.slice(to, whole);
  values.fill(0, to, whole);
  o = putGroups(out, o, values, open, whole, width);
  values.set(behind, to);
  return o;
}

function putGroups(out: Output, at: number, values: Int32Array, from: number, to: number, width: number): number {
  if (from === to) return at;
  return putPacked(out, putVarint(out, at, ((to - from) / GROUP) * 2 + 1), values, from, to, width);
}

/** Packs values of `width` bits, 0 to 32, in whole bytes; returns the offset behind them. */
export function putPacked(
  out: Output,
  at: number,
  values: Int32Array,
  from: number,
  to: number,
  width: number,
): number {
  if (width === 0) return at;
  const { view, bytes } = out;
  let o = at;
  let word = 0;
  let bits = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    word |= value << bits;
    bits += width;
    if (bits >= 32) {
      view.setInt32(o, word, true);
      o += 4;
      bits -= 32;
      word = bits === 0 ? 0 : value >>> (width - bits);
    }
  }
  for (; bits > 0; bits -= 8) {
    bytes[o++] = word;
    word >>>= 8;
  }
  return o;
}

/**
 * Whether readers get back values from `least` to `most` of so many bits: differences of 32-bit values must have 32 bits
 * too, those of 64-bit values be exact as doubles, also when they are doubled.
 */
export function fitDeltas(least: number, most: number, bits: 32 | 64): boolean {
  const span = bits === 32 ? 2 ** 31 : 2 ** 51;
  return most - least < span && least > -(2 ** 51);
}

const packable = new Int32Array(MINI_BLOCK);
const deltas = new Float64Array(DELTA_BLOCK);

/**
 * Writes the differences of the values from (inclusive) to (exclusive), whole numbers that `fitDeltas`; returns the
 * offset behind them.
 */
export function putDeltas(
  out: Output,
  at: number,
  values: Int32Array | Float64Array,
  from: number,
  to: number,
): number {
  let o = putVarint(out, at, DELTA_BLOCK);
  o = putVarint(out, o, MINI_BLOCKS);
  o = putVarint(out, o, to - from);
  o = putZigzag(out, o, from < to ? values[from]! : 0);
  let last = values[from]!;
  for (let i = from + 1; i < to; i += DELTA_BLOCK) {
    const count = Math.min(DELTA_BLOCK, to - i);
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      const value = values[i + k]!;
      const delta = value - last;
      last = value;
      deltas[k] = delta;
      if (delta < least) least = delta;
    }
    o = putZigzag(out, o, least);
    const widths = o;
    o += MINI_BLOCKS;
    for (let mini = 0; mini < MINI_BLOCKS; mini++) {
      o = putMiniBlock(out, o, widths + mini, mini * MINI_BLOCK, count, least);
    }
  }
  return o;
}

/** The differences from place `from` of a block of `count`, each less the least one; its width is stored at `widthAt`. */
function putMiniBlock(out: Output, at: number, widthAt: number, from: number, count: number, least: number): number {
  const to = Math.min(count, from + MINI_BLOCK);
  if (from >= to) {
    out.bytes[widthAt] = 0;
    return at;
  }
  let bits = 0;
  let most = 0;
  packable.fill(0);
  for (let k = from; k < to; k++) {
    const above = deltas[k]! - least;
    if (above > most) most = above;
    packable[k - from] = above;
    bits |= above;
  }
  if (most <= 0xffff_ffff) {
    const width = bitWidth(bits);
    out.bytes[widthAt] = width;
    return putPacked(out, at, packable, 0, MINI_BLOCK, width);
  }
  // Whole bytes hold what a word does not.
  let wide = 5;
  while (2 ** (8 * wide) <= most) wide++;
  out.bytes[widthAt] = 8 * wide;
  let o = at;
  for (let k = from; k < from + MINI_BLOCK; k++) {
    let rest = k < to ? deltas[k]! - least : 0;
    for (let byte = 0; byte < wide; byte++) {
      out.bytes[o++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return o;
}

/** A whole number from 0 on. */
export function putVarint({ bytes }: Output, at: number, value: number): number {
  let o = at;
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[o++] = (rest % 128) | 128;
  bytes[o++] = rest;
  return o;
}

function putZigzag(out: Output, at: number, value: number): number {
  return putVarint(out, at, value >= 0 ? value * 2 : -value * 2 - 1);
}
