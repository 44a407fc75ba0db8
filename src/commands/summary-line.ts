import { plural } from '../plural.js';
import type { GenerateSummary } from '../run/generate.js';
import { fullCount, shortDuration } from '../run/human.js';
import type { LabelQuality } from '../run/label-quality.js';

/** The shares of fewer labels say nothing of the model. */
const FEWEST_FOR_QUALITY = 1000;

/** What a person wants to know when the load is done: one line, and one on the labels. */
export function summaryLine({
  rows,
  rowsSkipped,
  seconds,
  rowsPerSecond,
  table,
  target,
  labels,
}: GenerateSummary): string {
  const place = table === undefined ? placeName(target) : `${table} at ${target}`;
  if (rows === 0 && rowsSkipped > 0) {
    return `all ${fullCount(rowsSkipped)} ${plural(rowsSkipped, 'row')} were there already: ${place}`;
  }
  const line = `${fullCount(rows)} ${plural(rows, 'row')} in ${shortDuration(seconds)} (${fullCount(rowsPerSecond)} rows/s): ${place}`;
  return labels === null || rows < FEWEST_FOR_QUALITY ? line : `${line}\n${labelsLine(labels)}`;
}

/** What people call a target; for machines it stays as --to has it. */
export function placeName(target: string): string {
  return target === '-' ? 'standard output' : target;
}

function labelsLine({ riskyShare, bestAuc, bestLogLoss }: LabelQuality): string {
  const auc = bestAuc === null ? '' : `AUC ${bestAuc.toFixed(3)}, `;
  return `risky: ${(riskyShare * 100).toFixed(2)} %; the best that a model can reach: ${auc}log-loss ${bestLogLoss.toFixed(4)}`;
}
