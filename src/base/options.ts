/** Run-time checks of options for callers without a type checker. */

import { closestWord } from './closest-word.js';
import { requestError } from './errors.js';
import { truncate } from './text.js';

export interface Limit {
  readonly min: number;
  readonly max: number;
  /** A valid value, shown in error messages. */
  readonly example: string;
}

/** Throws a requestError if `options` is not an object or has an unknown key. `what` names it in messages. */
export function checkKeys(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw requestError('BAD_OPTION', `${what} is ${formatValue(options)}: give an object of options`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const meant = closestWord(unknown, known);
  const fix = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw requestError('BAD_OPTION', `unknown option ${formatValue(unknown)}: ${fix}`);
}

/** Throws a requestError unless the value is undefined or an integer from `min` to `max` (inclusive). */
export function checkNumber(name: string, value: unknown, { min, max, example }: Limit): void {
  const isRight = (given: unknown) => Number.isSafeInteger(given) && Number(given) >= min && Number(given) <= max;
  checkValue(name, value, isRight, `a whole number from ${min} to ${max}, such as ${example}`);
}

/** Throws a requestError that says what is allowed, unless the value is undefined or `isRight`. */
export function checkValue(name: string, value: unknown, isRight: (value: unknown) => boolean, allowed: string): void {
  if (value === undefined || isRight(value)) return;
  throw requestError('BAD_OPTION', `${name} is ${formatValue(value)}: give ${allowed}`);
}

/** A value shortened for a message. */
export function formatValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return truncate(text);
}

/** The options without those that are undefined, for types in which a missing option is no undefined one. */
export function definedOf<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
