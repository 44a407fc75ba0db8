import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import type { DatasetRequest } from '#src/plan/request.js';
import { planThreads } from '#src/run/planning/plan-threads.js';
import { planUnlessAborted } from '#src/run/planning/planning.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';

/** One region, whose conditions every thread computes for itself. */
const { scenario } = await loadScenario('tiny');
const WINDOW = { seed: 7, start: '2026-01-05', intervalSeconds: 60, scenario };
/** Threads start with the second part. */
const threaded = (file?: URL) => planThreads(2, 1, file);

describe('a dataset planned in worker threads', () => {
  const sizes: Partial<DatasetRequest>[] = [
    { rows: 150_000 },
    { rows: 30_000, vehicles: 3 },
    { rows: 100_000, vehicles: 700 },
    { rows: 50_000, days: 600 },
    { vehicles: 80, days: 20 },
    { vehicles: 2, days: 600 },
  ];
  for (const asked of sizes) {
    it(`equals the one planned in this thread: ${JSON.stringify(asked)}`, async () => {
      const request = { ...WINDOW, ...asked };
      const expected = planDataset(request);
      const dataset = await planUnlessAborted(request, undefined, threaded());
      const { rows, vehicles, days, scenarioHash, capacity } = dataset;
      assert.deepEqual(
        { rows, vehicles, days, scenarioHash, capacity },
        {
          rows: expected.rows,
          vehicles: expected.vehicles,
          days: expected.days,
          scenarioHash: expected.scenarioHash,
          capacity: expected.capacity,
        },
      );
    });
  }

  it('has the records of its vehicle-days, and no vehicle more than it needs', () => {
    const dataset = planDataset({ ...WINDOW, rows: 100_000 });
    const { planner } = plannerOf(dataset);
    const { vehicles, days, firstDay, capacity } = dataset;
    const of = (vehicle: number): number => {
      let records = 0;
      for (let d = 0; d < days; d++) records += planner.load(vehicle, firstDay + d);
      return records;
    };
    let total = 0;
    for (let vehicle = 0; vehicle < vehicles; vehicle++) total += of(vehicle);
    assert.equal(capacity.before.at(-1), total);
    assert.ok(total >= 100_000);
    assert.ok(total - of(vehicles - 1) < 100_000);
  });

  it('stops when it is aborted, and its threads with it', async () => {
    const abort = new AbortController();
    const planning = planUnlessAborted({ ...WINDOW, rows: 3e8 }, abort.signal, threaded());
    setTimeout(() => abort.abort(), 300);
    await assert.rejects(planning, { code: 'INTERRUPTED' });
  });

  it('fails when a thread dies, and names its vehicles', async () => {
    const file = new URL('./dying-plan-worker.js', import.meta.url);
    await assert.rejects(planUnlessAborted({ ...WINDOW, rows: 1e6 }, undefined, threaded(file)), {
      code: 'WORKER_DIED',
      exitCode: 1,
      message: /^a worker thread ended while planning vehicles \d+:\d+ \([^\n]*exited with code: 9\); free some memory/,
    });
  });
});
