import { formatCount, formatDuration } from '../../base/format-numbers.js';
import { plural } from '../../base/text.js';
import type { GenerateSummary } from '../../run/generate.js';
import type { LabelQuality } from '../../run/label/label-quality.js';
import type { SwapReport } from '../../sinks/load-target.js';

/** Statistics of fewer labels are meaningless. */
const MIN_RECORDS_FOR_QUALITY = 1000;

/** The summary of a finished load: a line on the load, one on the swap and one on the labels. */
export function summaryLine({
  rows,
  rowsSkipped,
  seconds,
  rowsPerSecond,
  table,
  target,
  labels,
  swap,
}: GenerateSummary): string {
  const place = table === undefined ? targetName(target) : `${table} at ${target}`;
  const swapped = swap === undefined ? '' : `\n${swapLine(swap)}`;
  const quality = labels === null || rows + rowsSkipped < MIN_RECORDS_FOR_QUALITY ? '' : `\n${labelsLine(labels)}`;
  if (rows === 0 && rowsSkipped > 0) {
    return `all ${formatCount(rowsSkipped)} ${plural(rowsSkipped, 'row')} were there already: ${place}${swapped}${quality}`;
  }
  return `${formatCount(rows)} ${plural(rows, 'row')} in ${formatDuration(seconds)} (${formatCount(rowsPerSecond)} rows/s): ${place}${swapped}${quality}`;
}

/** A target's name in messages; in JSON it is as in --to. */
export function targetName(target: string): string {
  return target === '-' ? 'standard output' : target;
}

function swapLine({ seconds, longestHoldSeconds, ended }: SwapReport): string {
  const sessions = ended === 0 ? '' : `; ended ${formatCount(ended)} ${plural(ended, 'session')} in the way`;
  return `swapped in ${formatDuration(seconds)}; readers queued for at most ${formatDuration(longestHoldSeconds)}${sessions}`;
}

function labelsLine({ riskyShare, bestAuc, bestLogLoss }: LabelQuality): string {
  const auc = bestAuc === null ? '' : `AUC ${bestAuc.toFixed(3)}, `;
  return `risky: ${(riskyShare * 100).toFixed(2)} %; the best that a model can reach: ${auc}log-loss ${bestLogLoss.toFixed(4)}`;
}
