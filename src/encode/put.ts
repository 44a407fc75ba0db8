/**
 * Byte writers for what seldom changes from row to row or is seldom met: dates, tags, the upper digits of long
 * integers. They work digit by digit; the generated writer copies what they wrote for as long as it holds.
 */
import { LAST_DAY, packedDate } from './calendar.js';

/** Of the largest number of a tag, below 2^31. */
export const MOST_TAG_DIGITS = 10;

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;

/** Writes a whole number 0..2^53 with at least `minDigits` digits; returns the offset behind it. */
export function putInteger(bytes: Uint8Array, offset: number, value: number, minDigits: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  const end = offset + Math.max(digits, minDigits);
  let rest = value;
  for (let at = end - 1; at >= offset; at--) {
    const tenth = Math.floor(rest / 10);
    bytes[at] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  return end;
}

/** Writes `2026-01-05` for days since 1970. Throws RangeError outside the years 1970..9999. */
export function putDate(bytes: Uint8Array, offset: number, days: number): number {
  if (!(days >= 0 && days <= LAST_DAY)) throw new RangeError(`day ${days} is not in the years 1970 to 9999`);
  const packed = packedDate(days);
  const year = Math.floor(packed / 10_000);
  const month = Math.floor(packed / 100) - year * 100;
  let at = putInteger(bytes, offset, year, 4);
  bytes[at++] = MINUS;
  at = putInteger(bytes, at, month, 2);
  bytes[at++] = MINUS;
  return putInteger(bytes, at, packed - year * 10_000 - month * 100, 2);
}

/** Writes a whole number below zero and a comma. */
export function putNegative(bytes: Uint8Array, offset: number, value: number): number {
  bytes[offset] = MINUS;
  const at = putInteger(bytes, offset + 1, -value, 1);
  bytes[at] = COMMA;
  return at + 1;
}

/** Writes `prefix` and at least `digits` digits: the text of a `tag` column. Throws RangeError below zero. */
export function putTag(bytes: Uint8Array, offset: number, prefix: Uint8Array, digits: number, value: number): number {
  if (value < 0) throw new RangeError(`a tag has no negative number: ${value}`);
  bytes.set(prefix, offset);
  return putInteger(bytes, offset + prefix.length, value, digits);
}
