/** Strict parsers of flags' values. Each throws a requestError of one line that says what is allowed. */

import { type FleetgenError, requestError } from '../../base/errors.js';
import type { Limit } from '../../base/options.js';
import { DAY_MS, HOUR_MS, isCalendarDate, isoDate } from '../../base/time.js';

/** Digits with optional _ between them, in e-notation, or with k, M or G: 1000000, 1_000_000, 1e6, 1M, 2.5k. */
export function parseWholeNumber(flag: string, text: string, limit: Limit): number {
  const value = wholeNumber(text);
  if (value === undefined || value < limit.min || value > limit.max) {
    throw invalidFlag(flag, text, `a whole number from ${limit.min} to ${limit.max}, such as ${limit.example}`);
  }
  return value;
}

/** Whole seconds or minutes, 1s to 300s: 10s, 2m. Returns seconds. */
export function parseInterval(text: string): number {
  const match = /^(\d{1,4})(s|m)$/.exec(text);
  const seconds = match ? Number(match[1]) * (match[2] === 'm' ? 60 : 1) : 0;
  if (seconds < 1 || seconds > 300)
    throw invalidFlag('interval', text, 'whole seconds from 1s to 300s, such as 10s or 1m');
  return seconds;
}

/** 500ms, 5s or 2m, up to an hour. Returns milliseconds. */
export function parseDuration(flag: string, text: string): number {
  const match = /^(\d{1,7})(ms|s|m)$/.exec(text);
  const ms = match === null ? 0 : Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  if (ms < 1 || ms > HOUR_MS) throw invalidFlag(flag, text, 'a time such as 500ms, 5s or 2m, up to 60m');
  return ms;
}

/** A calendar date, or today, or today-30d; resolved at once (UTC). Returns YYYY-MM-DD. */
export function parseStart(text: string, now: Date): string {
  return parseDay('start', text, now);
}

function parseDay(flag: string, text: string, now: Date): string {
  const relative = /^today(?:-(\d{1,5})d)?$/.exec(text);
  if (relative) return isoDate(Math.floor(now.getTime() / DAY_MS) - Number(relative[1] ?? 0));
  if (!isCalendarDate(text)) throw invalidFlag(flag, text, 'a date such as 2026-01-05, today or today-30d');
  return text;
}

/** Names with commas between them: a,b,c. */
export function parseNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

/**
 * The days of a window from `--start` to its last day. Throws a requestError for an end before the start, and where
 * `--days` says the length, too.
 */
export function parseEnd(text: string, start: string, days: number | undefined, now: Date): number {
  const end = parseDay('end', text, now);
  if (days !== undefined) throw requestError('BAD_OPTION', '--end and --days both set the last day: leave out one');
  const length = (Date.parse(end) - Date.parse(start)) / DAY_MS + 1;
  if (length >= 1) return length;
  throw requestError(
    'BAD_OPTION',
    `--end ${end} is before the first day, ${start}: give a later one, or another --start`,
  );
}

/** Half-open a:b with 0 <= a <= b. */
export function parseRange(text: string): readonly [from: number, to: number] {
  const parts = text.split(':').map(wholeNumber);
  const [from, to] = parts;
  if (parts.length !== 2 || from === undefined || to === undefined || to < from) {
    throw invalidFlag(
      'range',
      text,
      'a:b with 0 <= a <= b, the records from a (inclusive) to b (exclusive), such as 0:500000',
    );
  }
  return [from, to];
}

export function parseChoice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw invalidFlag(flag, text, `one of ${choices.join(', ')}`);
  return choice;
}

/** Power of ten of a unit. */
const UNITS: Readonly<Record<string, number>> = { k: 3, M: 6, G: 9 };

function wholeNumber(text: string): number | undefined {
  const scaled = /^(\d+)(?:\.(\d{1,9}))?([kMG])$/.exec(text);
  if (scaled === null && !/^\d+(_\d+)*(e\d{1,2})?$/i.test(text)) return undefined;
  const value = scaled === null ? Number(text.replaceAll('_', '')) : withUnit(scaled[1], scaled[2], scaled[3]);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The number from digits before and after the decimal point and a unit; NaN if it is not an integer. */
function withUnit(whole = '', decimals = '', unit = ''): number {
  const zeros = (UNITS[unit] ?? 0) - decimals.length;
  return zeros < 0 ? Number.NaN : Number(whole + decimals + '0'.repeat(zeros));
}

/** The error for a flag whose text is not valid. */
export function invalidFlag(flag: string, text: string, allowed: string): FleetgenError {
  return requestError('BAD_OPTION', `--${flag} "${text}" is not valid: give ${allowed}`);
}
