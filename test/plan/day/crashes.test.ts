import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { COLLISION } from '#src/world/tables/fault-tables.js';

test('the trips after a crash begin once the vehicle can drive on', async () => {
  const { scenario } = await loadScenario('default', ['devices.collision.per_million_km=1000']);
  const dataset = planDataset({ seed: 5, start: '2026-01-05', intervalSeconds: 10, vehicles: 100, days: 3, scenario });
  const { planner } = plannerOf(dataset);
  let later = 0;
  for (let day = dataset.firstDay; day < dataset.firstDay + dataset.days; day++) {
    for (let vehicle = 0; vehicle < dataset.vehicles; vehicle++) {
      planner.load(vehicle, day);
      const { faults, trips, startMs, durationMs } = planner.plan;
      if (faults.kind !== COLLISION) continue;
      for (let trip = faults.trip; trip + 1 < trips; trip++) {
        assert.ok(startMs[trip + 1]! >= startMs[trip]! + durationMs[trip]!, `vehicle ${vehicle}, trip ${trip}`);
        later++;
      }
    }
  }
  assert.ok(later > 20, `${later} later trips`);
});
