/**
 * Digits as ready-made words. A word is up to four ASCII bytes, little-endian in an Int32, so that one DataView store
 * writes up to three digits and what follows them; the writer advances by the part that counts and the next store
 * covers the rest.
 */

/** Entry n of a table holds n's digits, padded with zeros to `width` (0: no padding), then the separator. */
export function digitWords(count: number, width: number, separator: string): Int32Array {
  return Int32Array.from({ length: count }, (_, n) => asciiWord(String(n).padStart(width, '0') + separator));
}

/** Entry n is the number of bytes of n's digits, without padding, and one separator. */
export const DIGITS_AND_ONE = Uint8Array.from({ length: 1000 }, (_, n) => String(n).length + 1);

function asciiWord(text: string): number {
  let word = 0;
  for (let i = 0; i < text.length; i++) word |= text.charCodeAt(i) << (8 * i);
  return word;
}
