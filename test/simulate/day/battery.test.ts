/** How a vehicle was left does not depend on where a range of records begins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { csvOf } from '../records.js';

const CLASSES = ['company_car', 'delivery_van', 'long_haul_truck', 'taxi'];
const PIECES = 20;
const rarely = Array(7).fill(0.03);

test('after more days off than are looked back on, a parked vehicle is the same in any range', async () => {
  const { scenario } = await loadScenario('default', [
    ...CLASSES.map((name) => `fleet.classes.${name}.driving_days=[${rarely}]`),
    'devices.heartbeat_minutes=720',
  ]);
  const size = { intervalSeconds: 300, vehicles: 8, days: 120 };
  const dataset = planDataset({ seed: 3, start: '2026-01-05', ...size, scenario });
  const { rows } = dataset;
  const edges = Array.from({ length: PIECES + 1 }, (_, i) => Math.floor((i * rows) / PIECES));
  const pieces = edges.slice(1).map((to, i) => csvOf(dataset, { from: edges[i]!, to }).toString());
  assert.equal(pieces.join(''), csvOf(dataset, { from: 0, to: rows }).toString());
});
