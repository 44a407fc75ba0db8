/** Progress of a load in words. */
import { formatCompactCount, formatCount, formatDuration, formatRoughDuration } from '../../base/format-numbers.js';
import type { Progress } from '../coordinator.js';
import type { Rate } from './progress-rate.js';

/** The text to the right of the bar: at most 57 characters. */
export function barText({ phase, rows, totalRows, seconds }: Progress, rate: Rate | undefined): string {
  if (phase === 'finish') return `${formatCompactCount(rows)} rows are in; finishing (${formatDuration(seconds)})`;
  if (rows === 0) return 'starting';
  const done = `${formatCompactCount(rows)}/${formatCompactCount(totalRows)} rows`;
  if (rate === undefined) return done;
  const left = formatRoughDuration((totalRows - rows) / rate.rows);
  const megabytes = (rate.bytes / 1e6).toFixed(0);
  return `${done}  ${formatCompactCount(rate.rows)} rows/s  ${megabytes} MB/s  ${left} left`;
}

/** A line for a log: at most 80 characters. */
export function lineText({ phase, rows, totalRows, seconds }: Progress, rate: Rate | undefined): string {
  if (phase === 'finish') return `${formatCount(rows)} rows are in; finishing (${formatDuration(seconds)})`;
  if (rows === 0) return `0 of ${formatCount(totalRows)} rows, starting`;
  const done = `${formatCount(rows)} of ${formatCount(totalRows)} rows (${Math.floor((rows / totalRows) * 100)} %)`;
  if (rate === undefined) return done;
  const left = formatRoughDuration((totalRows - rows) / rate.rows);
  return `${done}, ${formatCompactCount(rate.rows)} rows/s, about ${left} left`;
}
