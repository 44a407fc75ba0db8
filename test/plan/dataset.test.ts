/** What a request becomes: which of rows, vehicles and days is derived, and where each record is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockCount, entryIndex, VEHICLES_PER_BLOCK } from '#src/plan/capacity/capacity.js';
import { type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';

const plan = (request: Partial<DatasetRequest>): Dataset =>
  planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, ...request });
const capacityOf = ({ capacity }: Dataset): number => capacity.before.at(-1)!;
/** Records of the vehicles on the days, added up one by one. */
function count(dataset: Dataset, vehicles: number, days: number, first = 0): number {
  const { planner } = plannerOf(dataset);
  let records = 0;
  for (let vehicle = first; vehicle < vehicles; vehicle++) {
    for (let day = 0; day < days; day++) records += planner.load(vehicle, dataset.firstDay + day);
  }
  return records;
}

test('an empty request plans a million rows', () => {
  const dataset = plan({});
  assert.equal(dataset.rows, 1_000_000);
  assert.equal(dataset.days, 14);
});

test('rows alone give 14 days and the smallest fleet that reaches them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90_000 }), (rows) => {
      const dataset = plan({ rows });
      assert.equal(dataset.rows, rows);
      assert.equal(dataset.days, 14);
      const { vehicles } = dataset;
      assert.equal(capacityOf(dataset), count(dataset, vehicles, 14));
      assert.ok(capacityOf(dataset) >= rows);
      assert.ok(capacityOf(dataset) - count(dataset, vehicles, 14, vehicles - 1) < rows);
    }),
    { numRuns: 10 },
  );
});

test('rows with vehicles give the fewest days', () => {
  const dataset = plan({ rows: 60_000, vehicles: 40 });
  assert.deepEqual([dataset.rows, dataset.vehicles], [60_000, 40]);
  assert.ok(count(dataset, 40, dataset.days) >= 60_000);
  assert.ok(count(dataset, 40, dataset.days - 1) < 60_000);
});

test('rows with days give the smallest fleet', () => {
  const dataset = plan({ rows: 60_000, days: 3 });
  assert.deepEqual([dataset.rows, dataset.days], [60_000, 3]);
  assert.ok(count(dataset, dataset.vehicles, 3) >= 60_000);
  assert.ok(count(dataset, dataset.vehicles - 1, 3) < 60_000);
});

test('vehicles with days give all their records', () => {
  const dataset = plan({ vehicles: 40, days: 3 });
  assert.equal(dataset.rows, count(dataset, 40, 3));
});

test('all three are limited to the rows if there are enough records, and rejected otherwise', () => {
  const all = plan({ vehicles: 40, days: 3 }).rows;
  assert.equal(plan({ vehicles: 40, days: 3, rows: all }).rows, all);
  assert.equal(plan({ vehicles: 40, days: 3, rows: 5 }).rows, 5);
  assert.throws(() => plan({ vehicles: 40, days: 3, rows: all + 1 }), {
    code: 'CAPACITY',
    exitCode: 2,
    message: `${all + 1} rows are too many for 40 vehicles in 3 days, which have ${all}: ask for fewer rows, more vehicles or more days`,
  });
});

test('a start before the fleet is complete, and a window past the calendar, are invalid requests', () => {
  assert.throws(() => plan({ start: '2023-12-31', rows: 10 }), {
    code: 'START_TOO_EARLY',
    exitCode: 2,
    message: /^the start 2023-12-31 is not after 2023-12-31, /,
  });
  assert.equal(plan({ start: '2024-01-01', rows: 10 }).rows, 10);
  assert.throws(() => plan({ start: '2149-12-30', vehicles: 1, days: 30 }), {
    exitCode: 2,
    message: /^30 days from 2149-12-30 run past 2149, /,
  });
});

test('the last record_id may be 2^53 - 1 and no more', () => {
  const rows = 10;
  const most = Number.MAX_SAFE_INTEGER - rows;
  assert.equal(plan({ rows, firstRecordId: most }).firstRecordId, most);
  assert.throws(() => plan({ rows, firstRecordId: most + 1 }), {
    code: 'BAD_OPTION',
    exitCode: 2,
    message: /2\^53 - 1: give at most 9007199254740981$/,
  });
});

test('the scenario hash depends on the window and the world, not on the seed, the rows or the range', () => {
  const hash = (request: Partial<DatasetRequest>): string => plan({ vehicles: 3, days: 2, ...request }).scenarioHash;
  assert.equal(hash({ seed: 7, rows: 9, firstRecordId: 5 }), hash({}));
  for (const other of [{ vehicles: 4 }, { days: 3 }, { start: '2026-01-06' }, { intervalSeconds: 5 }]) {
    assert.notEqual(hash(other), hash({}));
  }
});

test('finds every record in its block of vehicle-days', () => {
  const dataset = plan({ vehicles: 70, days: 4 });
  const { before } = dataset.capacity;
  assert.equal(before.length, blockCount(70) * 4 + 1);
  const { planner } = plannerOf(dataset);
  for (let entry = 0; entry + 1 < before.length; entry++) {
    const [day, block] = [Math.floor(entry / blockCount(70)), entry % blockCount(70)];
    let records = 0;
    const end = Math.min(70, (block + 1) * VEHICLES_PER_BLOCK);
    for (let v = block * VEHICLES_PER_BLOCK; v < end; v++) records += planner.load(v, dataset.firstDay + day);
    assert.equal(before[entry + 1]! - before[entry]!, records);
  }
  fc.assert(
    fc.property(fc.nat(dataset.rows - 1), (record) => {
      const entry = entryIndex(dataset.capacity, record);
      assert.ok(before[entry]! <= record && record < before[entry + 1]!);
    }),
  );
});

test('ten million records are planned in little memory', () => {
  const dataset = plan({ rows: 1e7 });
  assert.ok(dataset.capacity.before.byteLength < 1e5);
  assert.ok(capacityOf(dataset) >= 1e7);
});
