/** How an earlier load compares with the requested one, which decides between resuming, appending and refusing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Load } from '#src/sinks/load-target.js';
import { datasetDifference, type EarlierRun, overlaps, sameRange } from '#src/sinks/postgres/ledger/earlier-runs.js';
import { madeUpLoad } from '../../made-up-load.js';

const load: Load = { ...madeUpLoad(10), from: 100, to: 200 };
const { dataset } = load;

function run(difference: Partial<EarlierRun> = {}): EarlierRun {
  const { scenarioHash, seed, algorithmVersion, rows, vehicles, days, firstDay, intervalMs, firstRecordId } = dataset;
  return {
    runId: 'fedcba9876543210',
    state: 'done',
    mode: 'build',
    suffix: 'fedcba98',
    replaces: null,
    ...{ scenarioHash, seed, algorithmVersion, rows, vehicles, days, firstDay, intervalMs, firstRecordId },
    ...{ truth: load.truth, from: load.from, to: load.to, resumable: false, keepPrevious: null, who: 'process 1' },
    ...difference,
  };
}

describe('the dataset of an earlier load', () => {
  it('is the same whatever else differs between the runs', () => {
    assert.equal(datasetDifference(run({ from: 0, to: 7, state: 'running', resumable: true }), load), null);
  });

  const differences: readonly (readonly [difference: Partial<EarlierRun>, says: string])[] = [
    [{ seed: 2 }, 'seed 2, not 1'],
    [{ algorithmVersion: 99 }, `algorithm version 99, not ${dataset.algorithmVersion}`],
    [{ firstDay: dataset.firstDay + 1 }, 'start 2026-01-06, not 2026-01-05'],
    [{ intervalMs: 2500 }, 'interval 2.5s, not 10s'],
    [{ rows: 12 }, `rows 12, not ${dataset.rows}`],
    [{ vehicles: 4 }, 'vehicles 4, not 3'],
    [{ days: 2 }, 'days 2, not 1'],
    [{ firstRecordId: 7 }, `first record_id 7, not ${dataset.firstRecordId}`],
    [{ truth: true }, 'truth with, not without'],
    [{ vehicles: 4, days: 2 }, 'vehicles 4, not 3; days 2, not 1'],
    [{ scenarioHash: 'other' }, 'another scenario'],
    [{ scenarioHash: 'other', seed: 2 }, 'seed 2, not 1'],
  ];
  for (const [difference, says] of differences) {
    it(`differs by ${says}`, () => assert.equal(datasetDifference(run(difference), load), says));
  }

  it('differs if only one has ground truth', () => {
    assert.equal(datasetDifference(run(), { ...load, truth: true }), 'truth without, not with');
  });
});

describe('the range of an earlier load', () => {
  it('is the same if both ends are equal', () => {
    assert.equal(sameRange(run(), load), true);
    assert.equal(sameRange(run({ from: 99 }), load), false);
    assert.equal(sameRange(run({ to: 201 }), load), false);
  });

  const ranges: readonly (readonly [from: number, to: number, overlapping: boolean])[] = [
    [0, 100, false],
    [0, 101, true],
    [120, 130, true],
    [0, 300, true],
    [199, 300, true],
    [200, 300, false],
  ];
  for (const [from, to, overlapping] of ranges) {
    it(`of ${from}:${to} ${overlapping ? 'has' : 'has none'} of the records 100:200`, () => {
      assert.equal(overlaps(run({ from, to }), load), overlapping);
    });
  }

  it('is compared by record_id, whatever each dataset counts from', () => {
    const { firstRecordId } = dataset;
    assert.equal(overlaps(run({ firstRecordId: firstRecordId + 100, from: 0, to: 1 }), load), true);
    assert.equal(overlaps(run({ firstRecordId: firstRecordId + 100 }), load), false);
    assert.equal(overlaps(run({ firstRecordId: firstRecordId + 99 }), load), true);
  });
});
