/** Ranges of a dataset's records. */
import { requestError } from '../base/errors.js';
import type { Dataset } from './dataset.js';

/** Throws a requestError unless `from` (inclusive) to `to` (exclusive) is a range within the dataset. */
export function checkRange({ rows }: Pick<Dataset, 'rows'>, from: number, to: number): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw requestError(
      'BAD_RANGE',
      `the range ${from}:${to} is not valid: a must be 0 or more and b at least a, such as 0:500000`,
    );
  }
  if (to <= rows) return;
  throw requestError(
    'BAD_RANGE',
    `the range ${from}:${to} goes past the end: the dataset has ${rows} records, so b is at most ${rows}`,
  );
}
