import type { GenerateSummary } from '../run/generate.js';
import { fullCount, shortDuration } from '../run/human.js';

/** What a person wants to know when the load is done, on one line. */
export function summaryLine({ rows, seconds, rowsPerSecond, table, target }: GenerateSummary): string {
  const place = table === undefined ? target : `${table} at ${target}`;
  return `${fullCount(rows)} rows in ${shortDuration(seconds)} (${fullCount(rowsPerSecond)} rows/s): ${place}`;
}
