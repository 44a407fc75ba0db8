import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import { countLabels, emptyLabelCounts, labelQuality } from '#src/run/label/label-quality.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { startServer, type TestServer } from '../postgres-fixture.js';

const REQUEST = { seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 100, rows: 140_000 };

it('a run reports the quality of all its records, whichever run generated them', async () => {
  const dataset = planDataset(REQUEST);
  for (const [from, to, workers] of [
    [0, 140_000, 1],
    [0, 140_000, 3],
    [65_000, 66_000, 2],
  ] as const) {
    const source = createRecordSource(dataset, from, to);
    const batch = createBatch(dataset.telemetry, 1000);
    const counts = emptyLabelCounts();
    while (source.fill(batch) > 0) countLabels(counts, batch);
    const { labels } = await generate({ ...REQUEST, range: [from, to], workers, to: 'null' });
    assert.deepEqual(labels, labelQuality(counts));
  }
});

it('a run without records reports no label quality', async () => {
  assert.equal((await generate({ ...REQUEST, range: [7, 7], to: 'null' })).labels, null);
});

describe('a load into a database', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it('reports the quality of all its records, even if an interrupted run generated some or all', async () => {
    const { labels: whole } = await generate({ ...REQUEST, to: 'null' });
    const to = await server.database();
    const stop = new AbortController();
    const load = { ...REQUEST, to, ifExists: 'resume', workers: 1 } as const;
    const onEvent = (event: { kind: string }) => event.kind === 'shard' && stop.abort();
    await assert.rejects(generate({ ...load, signal: stop.signal, onEvent }), { code: 'INTERRUPTED' });
    const resumed = await generate(load);
    assert.ok(resumed.rows > 0 && resumed.rowsSkipped > 0, `${resumed.rows} made, ${resumed.rowsSkipped} there`);
    assert.deepEqual(resumed.labels, whole);
    const done = await generate(load);
    assert.equal(done.rows, 0);
    assert.deepEqual(done.labels, whole);
  });
});
