/** --start, --days and --end: the days of a dataset. */
import { DEFAULTS, LIMITS } from '../../run/defaults.js';
import type { ReadFlag } from './flags.js';
import { parseEnd, parseStart, parseWholeNumber } from './parse-options.js';

/** The first day and the number of days, as far as they are given. Throws a requestError for an invalid value. */
export function parseWindow(
  read: ReadFlag<'start' | 'days' | 'end'>,
  now: Date,
): { readonly start: string | undefined; readonly days: number | undefined } {
  const start = read('start', (found) => parseStart(found, now));
  const days = read('days', (found) => parseWholeNumber('days', found, LIMITS.days));
  return { start, days: read('end', (found) => parseEnd(found, start ?? DEFAULTS.start, days, now)) ?? days };
}
