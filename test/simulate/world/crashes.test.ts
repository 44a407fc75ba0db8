/** A crash as its records tell of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { CAUSES } from '#src/columns/truth.js';
import { planDataset } from '#src/plan/dataset.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { crashTrips } from '../fleet.js';

test('every trip with a crash, and no other, brakes hard and has an alert because of it', async () => {
  const { scenario } = await loadScenario('default', ['devices.collision.per_million_km=1000']);
  const dataset = planDataset({ seed: 5, start: '2026-01-05', intervalSeconds: 10, vehicles: 40, days: 3, scenario });
  const batch = createBatch(dataset.telemetry, dataset.rows);
  const truth = createBatch(dataset.truth, dataset.rows);
  createRecordSource(dataset, 0, dataset.rows).fill(batch, truth);
  const collision = CAUSES.indexOf('collision');
  const tripsWith = (column: string) =>
    new Set(batch.arrays.trip_id.filter((_, row) => truth.arrays[column]![row] === collision));
  const crashed = crashTrips(dataset);
  assert.ok(crashed.size > 10, `${crashed.size} crashes`);
  assert.deepEqual(tripsWith('braking_cause'), crashed);
  assert.deepEqual(tripsWith('collision_alert_cause'), crashed);
});
