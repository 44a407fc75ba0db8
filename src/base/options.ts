/** Checks of what a program gives: what the types say, for callers whose compiler doesn't. */
import { requestError } from './errors.js';
import { nearest } from './nearest.js';
import { cut } from './text.js';

export interface Limit {
  readonly min: number;
  readonly max: number;
  /** What an error message shows as a good value. */
  readonly example: string;
}

/** Throws a requestError where `options` is not an object, or has an unknown key. `what` names it in messages. */
export function checkKeys(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw requestError('BAD_OPTION', `${what} is ${shown(options)}: give an object of options`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  const fix = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  throw requestError('BAD_OPTION', `unknown option ${shown(unknown)}: ${fix}`);
}

/** Throws a requestError for anything but a whole number within the limit. A missing option, undefined, is none. */
export function checkNumber(name: string, value: unknown, { min, max, example }: Limit): void {
  const isRight = (given: unknown) => Number.isSafeInteger(given) && Number(given) >= min && Number(given) <= max;
  checkValue(name, value, isRight, `a whole number from ${min} to ${max}, such as ${example}`);
}

/** Throws a requestError that says what is allowed. A missing option, undefined, is right. */
export function checkValue(name: string, value: unknown, isRight: (value: unknown) => boolean, allowed: string): void {
  if (value === undefined || isRight(value)) return;
  throw requestError('BAD_OPTION', `${name} is ${shown(value)}: give ${allowed}`);
}

/** A value in a message: short, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return cut(text);
}
