/** The texts of an enum or a tag column, which Parquet stores in a dictionary or one by one. */

import type { Column } from '../../columns/column.js';
import { MOST_TAG_DIGITS, putTag } from '../put.js';
import { utf8 } from '../text-words.js';

export interface ColumnTexts {
  /** Texts stand in the order of their bytes; a value of an enum in a batch is the text at this place. Undefined for tags. */
  readonly ranks: Int32Array | undefined;
  /** Texts of an enum; 0 for a tag, which has any number. */
  readonly count: number;
  /** Most bytes of a text. */
  readonly longest: number;
  /** The text of a place in that order, or of a tag's number. */
  textAt(place: number): Uint8Array;
  /** Whether places up to `most` are in the order of their texts. */
  isOrdered(most: number): boolean;
}

/** Undefined for a column of another kind. */
export function columnTexts({ kind, values = [], prefix = '', digits = 1 }: Column): ColumnTexts | undefined {
  if (kind === 'enum') {
    const texts = values.map(utf8);
    const order = texts.map((_, code) => code).sort((a, b) => compareBytes(texts[a]!, texts[b]!));
    const ranks = new Int32Array(texts.length);
    order.forEach((code, rank) => {
      ranks[code] = rank;
    });
    const sorted = order.map((code) => texts[code]!);
    const longest = Math.max(...texts.map(({ length }) => length));
    return { ranks, count: texts.length, longest, textAt: (place) => sorted[place]!, isOrdered: () => true };
  }
  if (kind !== 'tag') return undefined;
  const before = utf8(prefix);
  const longest = before.length + Math.max(digits, MOST_TAG_DIGITS);
  const scratch = new Uint8Array(longest);
  return {
    ranks: undefined,
    count: 0,
    longest,
    textAt: (place) => scratch.slice(0, putTag(scratch, 0, before, digits, place)),
    isOrdered: (most) => most < 10 ** digits,
  };
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
