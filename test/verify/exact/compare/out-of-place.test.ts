import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { MAX_OUT_OF_PLACE, OutOfPlace } from '#src/verify/exact/compare/out-of-place.js';

const { telemetry } = planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10, rows: 10 });

describe('rows out of order', () => {
  it('are kept with their values, on either side', () => {
    const apart = new OutOfPlace(telemetry, 'fleet.csv');
    const batch = createBatch(telemetry, 1);
    batch.arrays.speed_kmh![0] = 123;
    assert.equal(apart.keepLate(5, batch, 0), undefined);
    batch.arrays.speed_kmh![0] = 456;
    const late = apart.takeLate(5)!;
    assert.equal(late.batch.arrays.speed_kmh![late.at], 123);
    assert.equal(apart.takeLate(5), undefined);
    assert.equal(apart.keepEarly(9, { fields: () => ['9'] }), true);
    assert.equal(apart.keepEarly(9, { fields: () => ['other'] }), false);
    assert.deepEqual(apart.takeEarly(9)!.fields(), ['9']);
    assert.equal(apart.takeEarly(9), undefined);
  });

  it('are counted as missing once there are too many, and rejected if they appear later', () => {
    const apart = new OutOfPlace(telemetry, 'fleet.csv');
    const batch = createBatch(telemetry, 1);
    for (let id = 100; id < 100 + MAX_OUT_OF_PLACE; id++) assert.equal(apart.keepLate(id, batch, 0), undefined);
    assert.equal(apart.keepLate(1_000_000, batch, 0), 100);
    assert.notEqual(apart.takeLate(102), undefined);
    assert.equal(apart.keepLate(1_000_001, batch, 0), 101);
    assert.equal(apart.keepLate(1_000_002, batch, 0), undefined, 'the one whose place it takes was found');
    apart.requireOrder(99);
    apart.requireOrder(103);
    assert.throws(() => apart.requireOrder(101), {
      exitCode: 2,
      code: 'BAD_FILE',
      message:
        /^the rows of fleet\.csv are over 65536 rows away from the order of record_id: sort the file by it first$/,
    });
    assert.equal([...apart.missing()].length, MAX_OUT_OF_PLACE);
  });

  it('are rejected if too many come too early', () => {
    const apart = new OutOfPlace(telemetry, 'fleet.csv');
    for (let id = 0; id < MAX_OUT_OF_PLACE; id++) apart.keepEarly(id, { fields: () => [] });
    assert.throws(() => apart.keepEarly(-1, { fields: () => [] }), { code: 'BAD_FILE' });
  });
});
