import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createBatch } from '#src/columns/batch.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { packLabels, unpackLabels } from '#src/run/label/label-pack.js';
import {
  addLabelCounts,
  countLabels,
  emptyLabelCounts,
  type LabelCounts,
  labelQuality,
} from '#src/run/label/label-quality.js';

const RISKY = 1;

function countsOf(scores: readonly number[], labels: readonly number[] = scores.map(() => 0)): LabelCounts {
  const batch = createBatch(TELEMETRY, scores.length);
  batch.arrays.risk_score!.set(scores);
  batch.arrays.risk_label!.set(labels);
  batch.length = scores.length;
  const counts = emptyLabelCounts();
  countLabels(counts, batch);
  return counts;
}

function near(found: number | null | undefined, expected: number): void {
  assert.ok(Math.abs(found! - expected) < 1e-12, `${found}, not ${expected}`);
}

/** Expected AUC by every pair of records: how likely the first is risky and the second safe. */
function aucOfPairs(scores: readonly number[]): number {
  let ordered = 0;
  let all = 0;
  for (const a of scores) {
    for (const b of scores) {
      const weight = (a / 10_000) * (1 - b / 10_000);
      all += weight;
      if (a > b) ordered += weight;
      else if (a === b) ordered += weight / 2;
    }
  }
  return ordered / all;
}

describe('the best achievable quality of labels', () => {
  it('is the expected AUC over all pairs of records', () => {
    const scores = [0, 120, 120, 500, 3300, 3300, 3300, 9000, 10_000];
    near(labelQuality(countsOf(scores))?.bestAuc, aucOfPairs(scores));
  });

  it('is so for any scores', () => {
    const score = fc.oneof(fc.constantFrom(0, 1, 5000, 9999, 10_000), fc.integer({ min: 0, max: 10_000 }));
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 30 }), (scores) => {
        const found = labelQuality(countsOf(scores))?.bestAuc;
        const bound = scores.every((s) => s === 0) || scores.every((s) => s === 10_000);
        if (bound) assert.equal(found, null);
        else near(found, aucOfPairs(scores));
      }),
    );
  });

  it('is 1/2 when every score is the same, and 1 when scores are certain', () => {
    assert.equal(labelQuality(countsOf([700, 700, 700]))?.bestAuc, 0.5);
    assert.equal(labelQuality(countsOf([0, 10_000, 0]))?.bestAuc, 1);
    assert.equal(labelQuality(countsOf([0, 0]))?.bestAuc, null);
  });

  it('is the entropy of the labels, in nats', () => {
    near(labelQuality(countsOf([5000, 5000]))?.bestLogLoss, Math.LN2);
    near(labelQuality(countsOf([0, 10_000]))?.bestLogLoss, 0);
    near(labelQuality(countsOf([2000, 0]))?.bestLogLoss, -(0.2 * Math.log(0.2) + 0.8 * Math.log(0.8)) / 2);
  });

  it('includes the actual share of records labelled risky, which may differ from the expected one', () => {
    assert.equal(labelQuality(countsOf([0, 0, 0, 10_000], [RISKY, 0, 0, 0]))?.riskyShare, 0.25);
  });

  it('is the same for added parts as for the whole', () => {
    const scores = [1, 20, 300, 4000, 9000, 300];
    const labels = [0, RISKY, 0, 0, RISKY, RISKY];
    const sum = countsOf(scores.slice(0, 2), labels.slice(0, 2));
    addLabelCounts(sum, countsOf(scores.slice(2), labels.slice(2)));
    assert.deepEqual(labelQuality(sum), labelQuality(countsOf(scores, labels)));
  });

  it('counts only the rows that the batch holds', () => {
    const batch = createBatch(TELEMETRY, 10);
    batch.arrays.risk_score!.fill(9000);
    batch.length = 3;
    const counts = emptyLabelCounts();
    countLabels(counts, batch);
    assert.equal(counts[9000], 3);
  });

  it('is null without records', () => {
    assert.equal(labelQuality(emptyLabelCounts()), null);
  });
});

describe('packed label counts', () => {
  it('preserve any counts', () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 10_001 }), fc.maxSafeNat());
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const counts = emptyLabelCounts();
        for (const [at, count] of entries) counts[at] = count;
        assert.deepEqual(unpackLabels(packLabels(counts)), counts);
      }),
    );
  });
});
