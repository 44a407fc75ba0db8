import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createBatch,
  createRecordSource,
  createSimulator,
  type Dataset,
  fillVehicles,
  planDataset,
  shardsOf,
} from '#src/index.js';

const dataset = planDataset({ seed: 3, start: '2026-01-05', intervalSeconds: 10, vehicles: 2, days: 1 });

function speeds(of: Dataset): number[] {
  const batch = createBatch(of.telemetry, 500);
  createRecordSource(of, 0, 500).fill(batch);
  return [...batch.arrays.speed_kmh];
}

test('accepts a structured clone of a dataset', () => {
  const expected = speeds(dataset);
  assert.ok(expected.some((speed) => speed > 0));
  assert.deepEqual(speeds(structuredClone(dataset)), expected);
});

test('rejects a dataset that planDataset did not create', () => {
  const { seed, rows, telemetry, truth, vehicle, ...rest } = dataset;
  const facts = { ...rest, seed, rows, telemetry, truth, vehicle };
  for (const hidden of ['world', 'capacity', 'conditions']) Reflect.deleteProperty(facts, hidden);
  const refused = { exitCode: 2, code: 'BAD_OPTION', message: /is not one that planDataset made/ };
  for (const made of [facts, undefined, null, 'x'] as Dataset[]) {
    assert.throws(() => createRecordSource(made, 0, 1), refused);
    assert.throws(() => createSimulator(made), refused);
    assert.throws(() => shardsOf(made, 0, 1), refused);
    assert.throws(() => fillVehicles(made, 0, createBatch(vehicle, 1)), refused);
  }
});

test('does not expose the plan in the types of a dataset', () => {
  // @ts-expect-error
  assert.ok(dataset.world !== undefined);
  // @ts-expect-error
  assert.ok(dataset.capacity !== undefined);
});
