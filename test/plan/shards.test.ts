import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planDataset } from '#src/plan/dataset.js';
import { type Shard, shardsOf } from '#src/plan/shards.js';
import { recordsOf } from '../simulate/records.js';

const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 2_000_000 });
const capacity = dataset.capacity.before.at(-1)!;
/** Of all records, beyond the requested rows. */
const grid = shardsOf({ ...dataset, rows: capacity }, 0, capacity);
const edges = grid.flatMap(({ from }) => [from, from + 1]).filter((at) => at <= dataset.rows);
const record = fc.oneof(fc.nat(dataset.rows), fc.constantFrom(...edges));
const range = fc.tuple(record, record).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test('the grid covers the dataset without gap or overlap, many shards of some megabytes', () => {
  let next = 0;
  for (const [i, { index, from, to }] of grid.entries()) {
    assert.equal(index, i);
    assert.equal(from, next);
    next = to;
  }
  assert.equal(next, capacity);
  assert.ok(grid.length > 20, `${grid.length} shards`);
  assert.ok(grid.slice(0, -1).every(({ from, to }) => to - from >= 65536 && to - from < 4 * 65536));
});

test('a range consists of its intersections with the grid', () => {
  fc.assert(
    fc.property(range, ([from, to]) => {
      const cut: Shard[] = grid
        .map((shard) => ({ ...shard, from: Math.max(from, shard.from), to: Math.min(to, shard.to) }))
        .filter((shard) => shard.from < shard.to);
      assert.deepEqual(shardsOf(dataset, from, to), cut);
    }),
  );
});

test('an empty range has no shards', () => {
  for (const at of [0, 5, dataset.rows]) assert.deepEqual(shardsOf(dataset, at, at), []);
});

test('a shard starts where a vehicle-day does', () => {
  for (const { from } of grid.slice(1, 6)) {
    const { arrays } = recordsOf(dataset, { from: from - 1, to: from + 1 });
    const [before, first] = arrays.vehicle_id!;
    const day = (row: number): number => Math.floor(arrays.trip_id![row]! / 100) % 1e5;
    assert.ok(before !== first || day(0) !== day(1));
    assert.equal(arrays.trip_id![1]! % 100, 0, 'the first trip of the day');
  }
});
