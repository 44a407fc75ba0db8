import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { createRecordSource } from '#src/simulate/record-source.js';

const DATASET = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 2000 });
const ROWS = 500;

describe('a record source', () => {
  it('fills any given batch of ground truth', () => {
    const batch = createBatch(DATASET.telemetry, ROWS);
    const truthBatch = () => createBatch(DATASET.truth, ROWS);
    const [one, other, wanted] = [truthBatch(), truthBatch(), truthBatch()];
    const source = createRecordSource(DATASET, 0, 4 * ROWS);
    const reference = createRecordSource(DATASET, 0, 4 * ROWS);
    for (const truth of [undefined, one, other, one]) {
      source.fill(batch, truth);
      reference.fill(batch, wanted);
      if (truth !== undefined) {
        assert.equal(truth.length, ROWS);
        assert.deepEqual(truth.arrays, wanted.arrays);
      }
    }
  });
});
