/**
 * The best achievable scores on a dataset's labels. Each label is drawn with its record's risk_score as the
 * probability, so no classifier does better than the score itself: its expected AUC and log-loss are the best possible,
 * and follow from the frequency of each score.
 */
import type { Batch } from '../../columns/batch.js';

/** risk_score has four decimals. */
const SCORE_UNIT = 10_000;

/** By risk_score x 10^4: number of records; the last entry is the number of records labelled risky. */
export type LabelCounts = Float64Array;

const RISKY = SCORE_UNIT + 1;

/** The best scores that a classifier can achieve on the labels of a load. */
export interface LabelQuality {
  /** Share of records labelled risky. */
  readonly riskyShare: number;
  /** Expected area under the ROC curve of risk_score against its labels; null if all labels are certain to be equal. */
  readonly bestAuc: number | null;
  /** Expected log-loss of risk_score, in nats. */
  readonly bestLogLoss: number;
}

/** All zero, in shared memory. */
export function emptyLabelCounts(): LabelCounts {
  return new Float64Array(new SharedArrayBuffer((RISKY + 1) * Float64Array.BYTES_PER_ELEMENT));
}

/** Counts the rows of a batch of the main table. */
export function countLabels(counts: LabelCounts, batch: Batch): void {
  const score = batch.arrays.risk_score as Int32Array;
  const label = batch.arrays.risk_label as Uint8Array;
  let risky = 0;
  for (let row = 0; row < batch.length; row++) {
    counts[score[row]!]!++;
    risky += label[row]!;
  }
  counts[RISKY]! += risky;
}

export function addLabelCounts(into: LabelCounts, other: LabelCounts): void {
  for (let i = 0; i <= RISKY; i++) into[i]! += other[i]!;
}

/** Null without records. */
export function labelQuality(counts: LabelCounts): LabelQuality | null {
  let rows = 0;
  let expectedRisky = 0;
  let expectedSafe = 0;
  // Pairs of a risky and a safe record in which the risky one has the higher score; equal scores count half.
  let ordered = 0;
  let loss = 0;
  for (let score = 0; score <= SCORE_UNIT; score++) {
    const p = score / SCORE_UNIT;
    const here = counts[score]!;
    const riskyHere = here * p;
    const safeHere = here * (1 - p);
    ordered += riskyHere * (expectedSafe + safeHere / 2);
    loss -= riskyHere * Math.log(p || 1) + safeHere * Math.log(1 - p || 1);
    rows += here;
    expectedRisky += riskyHere;
    expectedSafe += safeHere;
  }
  if (rows === 0) return null;
  const pairs = expectedRisky * expectedSafe;
  return {
    riskyShare: counts[RISKY]! / rows,
    bestAuc: pairs === 0 ? null : ordered / pairs,
    bestLogLoss: loss / rows,
  };
}
