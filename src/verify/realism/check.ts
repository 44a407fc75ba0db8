/**
 * A realism check: what the scenario leads one to expect, what the records show, and whether the two agree.
 */
import { CRITICAL_Z } from './statistics.js';

/** `too few`: the records don't suffice to tell. */
export type Verdict = 'ok' | 'FAILED' | 'too few';

/** A realism check: what the scenario leads one to expect, and what the records show. */
export interface Check {
  /** What it is about, such as motion or events. */
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  readonly found: string;
  readonly verdict: Verdict;
}

export function check(group: string, name: string, expected: string, found: string, holds: boolean): Check {
  return { group, name, expected, found, verdict: holds ? 'ok' : 'FAILED' };
}

export function tooFew(group: string, name: string, expected: string, found: string): Check {
  return { group, name, expected, found, verdict: 'too few' };
}

/** Counts how often something doesn't hold. */
export class Violations {
  all = 0;
  failed = 0;

  count(holds: boolean): void {
    this.all++;
    if (!holds) this.failed++;
  }

  /**
   * Holds when at most `max` of the cases fail; the first of few may, and where so many cases are alike (those of two
   * vehicles that meet, say), as many more as random variation allows.
   */
  check(group: string, name: string, max: number, alike = 0): Check {
    const expected = max === 0 ? 'never broken' : `broken by at most ${percent(max)}`;
    const found = `${this.failed} of ${this.all}`;
    if (this.all === 0) return tooFew(group, name, expected, found);
    const chance = CRITICAL_Z * Math.sqrt(alike * max * this.all);
    return check(group, name, expected, found, this.failed <= max * this.all + (max > 0 ? 2 : 0) + chance);
  }
}

/** A share as a percentage with three significant digits. */
export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const places = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(places);
}
