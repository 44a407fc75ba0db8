/** An empty range is valid anywhere in the dataset and has no records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { checkRange } from '#src/plan/record-range.js';
import { shardsOf } from '#src/plan/shards.js';
import { generate } from '#src/run/generate.js';
import { createSimulator } from '#src/simulate/record-source.js';

const ROWS = 500;
const REQUEST = { seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS };
const dataset = planDataset(REQUEST);
const simulator = createSimulator(dataset);

describe('an empty range', () => {
  for (const at of [0, 1, 250, ROWS - 1, ROWS]) {
    it(`${at}:${at} has no records`, () => {
      checkRange(dataset, at, at);
      assert.deepEqual(shardsOf(dataset, at, at), []);
      const batch = createBatch(dataset.telemetry, 4);
      const truth = createBatch(dataset.truth, 4);
      batch.length = 3;
      const source = simulator.range(at, at);
      for (let again = 0; again < 2; again++) {
        assert.equal(source.fill(batch, truth), 0);
        assert.equal(batch.length, 0);
      }
    });
  }

  it(`is rejected past the end`, () => {
    assert.throws(() => checkRange(dataset, ROWS + 1, ROWS + 1), { code: 'BAD_RANGE', exitCode: 2 });
    assert.throws(() => checkRange(dataset, 7, 6), { code: 'BAD_RANGE', exitCode: 2 });
  });

  it('gives a run that loads nothing', async () => {
    const { rows, bytes } = await generate({ ...REQUEST, range: [250, 250], to: 'null', workers: 1 });
    assert.deepEqual({ rows, bytes }, { rows: 0, bytes: 0 });
  });
});

it('gives a source that fills nothing more at its end', () => {
  const batch = createBatch(dataset.telemetry, 4);
  const source = simulator.range(249, 250);
  assert.equal(source.fill(batch), 1);
  assert.equal(batch.arrays.record_id![0], 249);
  assert.equal(source.fill(batch), 0);
  assert.equal(batch.length, 0);
});
