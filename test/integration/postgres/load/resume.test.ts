/** Interrupted loads that are resumed, and loads that share a table. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runLoad as runWhole } from '#src/run/coordinator.js';
import type { Load } from '#src/sinks/load-target.js';
import {
  beginLoad,
  dataset,
  END_SESSIONS,
  loadOf,
  loadShard,
  query,
  relations,
  resumeLoad,
  runLoad,
  sinkOf,
  startServer,
  type TestServer,
  tables,
  target,
  value,
  WHOLE,
} from '../../postgres-fixture.js';

describe('a load that is resumed', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const fresh = async () => {
    url = await server.database();
  };

  type IfExists = 'fail' | 'append' | 'replace' | 'resume';

  const begin = (load: Load, ifExists: IfExists, shards: number) => beginLoad(url, load, { ifExists }, shards);
  const kill = () => query(url, END_SESSIONS);
  const resume = (load: Load) => resumeLoad(url, load);
  const whole = async (rows: number) => {
    assert.deepEqual(await tables(url), WHOLE);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), String(rows));
    assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM fleet'), String(rows));
    assert.equal(await value(url, `SELECT sum(rows) FROM fleetgen_shard`), String(rows));
    assert.equal(await value(url, `SELECT count(*)::int FROM fleetgen_run WHERE state = 'running'`), 0);
  };

  for (const ifExists of ['fail', 'resume'] as const) {
    it(`finishes one that was started with ${ifExists} and killed, and does nothing when it is done`, async () => {
      await fresh();
      const data = dataset(2000);
      await begin(loadOf(data), ifExists, 2);
      await kill();
      const missing = await resume(loadOf(data));
      assert.deepEqual(
        missing.map(({ from }) => from),
        [1000, 1500],
      );
      await whole(2000);
      assert.deepEqual(await resume(loadOf(data)), []);
      await whole(2000);
    });
  }

  it('starts from scratch if there is nothing to resume', async () => {
    await fresh();
    assert.equal((await resume(loadOf(dataset(1200)))).length, 3);
    await whole(1200);
  });

  it('finishes a replacement, and keeps the old table until then', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(700)));
    await begin(loadOf(dataset(2000)), 'replace', 3);
    await kill();
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '700');
    assert.equal((await resume(loadOf(dataset(2000)))).length, 1);
    await whole(2000);
  });

  it('reports the id of the resumed run in its events and its summary', async () => {
    await fresh();
    const data = dataset(2000);
    const first = loadOf(data, 0, 2000, 2000);
    await begin(first, 'resume', 1);
    await kill();
    const said: string[] = [];
    const summary = await runWhole({
      dataset: data,
      from: 0,
      to: 2000,
      target: target(url, { ifExists: 'resume' }),
      workers: 1,
      onEvent: (event) => void (event.kind === 'opened' && said.push(event.load.runId)),
    });
    assert.deepEqual([said, summary.runId, summary.rowsSkipped], [[first.runId], first.runId, 2000]);
    await whole(2000);
  });

  it('finishes rows that were appended', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(1000)));
    const more = dataset(1500, { firstRecordId: 1000 });
    await begin(loadOf(more), 'append', 2);
    await kill();
    assert.equal((await resume(loadOf(more))).length, 1);
    await whole(2500);
  });

  it('finishes one that was killed while it built its indexes', async () => {
    await fresh();
    const load = loadOf(dataset(1000));
    await begin(load, 'fail', 2);
    await kill();
    const build = (await tables(url)).find((name) => /^fleet__new_[0-9a-f]{8}$/.test(name))!;
    const vehicle = build.replace('fleet__new', 'fleet_vehicle__new');
    await query(
      url,
      `CREATE UNIQUE INDEX "${build}_pkey" ON "${build}" (record_id); CREATE INDEX "${build}_idx" ON "${build}" (vehicle_id);
       ALTER TABLE "${build}" ADD PRIMARY KEY USING INDEX "${build}_pkey";
       INSERT INTO "${vehicle}" (vehicle_id, vehicle_class, region, home_latitude, home_longitude, driver_id, driver_style,
         device_model, commissioned_on) VALUES ('VEH-000000', '', '', 0, 0, '', '', '', '2020-01-01')`,
    );
    assert.deepEqual(await resume(loadOf(dataset(1000))), []);
    await whole(1000);
  });

  it('keeps committed shards when it is stopped, and leaves nothing if there are none', async () => {
    await fresh();
    await (await begin(loadOf(dataset(2000)), 'resume', 1)).abort();
    assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), '500');
    assert.equal((await resume(loadOf(dataset(2000)))).length, 3);
    await whole(2000);
    await fresh();
    await (await begin(loadOf(dataset(2000)), 'resume', 0)).abort();
    assert.deepEqual(await tables(url), []);
  });

  it('never loads a shard twice, even if an earlier attempt commits late', async () => {
    await fresh();
    const load = loadOf(dataset(1000));
    const first = target(url, { ifExists: 'resume' });
    await first.open(load);
    const slow = sinkOf(first, load);
    await loadShard(slow, load.dataset, load.shards[0]!);
    const again = sinkOf(first, load);
    await assert.rejects(loadShard(again, load.dataset, load.shards[0]!), { code: 'PG_SHARD_STANDS' });
    await again.abort();
    await loadShard(again, load.dataset, load.shards[1]!);
    await Promise.all([slow.close(), again.close()]);
    await first.finish();
    await whole(1000);
  });

  const others: [string, Load, RegExp][] = [
    ['rows', loadOf(dataset(1500)), /rows 2000, not 1500/],
    ['seed', loadOf(dataset(2000, { seed: 43 })), /seed 42, not 43/],
    ['version', loadOf(dataset(2000, { algorithmVersion: 99 })), /algorithm version \d+, not 99/],
    ['scenario', loadOf(dataset(2000, { scenarioHash: 'other' })), /another scenario/],
    ['record ids', loadOf(dataset(2000, { firstRecordId: 7 })), /first record_id 0, not 7/],
    ['range', loadOf(dataset(2000), 500, 1500), /range 0:2000, which overlaps/],
  ];
  for (const [what, load, message] of others) {
    it(`rejects another ${what}, done or not, and names it`, async () => {
      for (const done of [false, true]) {
        await fresh();
        const place = await begin(loadOf(dataset(2000)), 'resume', done ? 4 : 1);
        if (done) await place.finish();
        await kill();
        const before = await relations(url);
        await assert.rejects(resume(load), { exitCode: 2, code: 'PG_RESUME_MISMATCH', message });
        assert.deepEqual(await relations(url), before);
        assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), done ? '2000' : '500');
      }
    });
  }

  it('rejects a table that it did not load', async () => {
    await fresh();
    await query(url, 'CREATE TABLE fleet (a int)');
    await assert.rejects(resume(loadOf(dataset(100))), { exitCode: 2, code: 'PG_NOTHING_TO_RESUME' });
    assert.deepEqual(await relations(url), ['fleet']);
  });

  it('is not resumed while its process is alive', async () => {
    await fresh();
    const living = await begin(loadOf(dataset(1000)), 'resume', 1);
    const second = target(url, { ifExists: 'resume', lockWaitMs: 300 });
    await assert.rejects(second.open(loadOf(dataset(1000))), { exitCode: 1, code: 'PG_BUSY' });
    await second.abort();
    await living.abort();
    assert.equal((await resume(loadOf(dataset(1000)))).length, 1);
    await whole(1000);
  });
});

describe('ranges of one dataset', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const ranges = [
    [0, 500],
    [500, 2000],
    [2000, 3000],
  ] as const;
  const data = dataset(3000);

  for (const ifExists of ['append', 'resume'] as const) {
    it(`can be loaded into one table at the same time with ${ifExists}`, async () => {
      url = await server.database();
      await Promise.all(ranges.map(([from, to]) => runLoad(url, loadOf(data, from, to), { ifExists })));
      assert.deepEqual(await tables(url), WHOLE);
      assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM fleet'), '3000');
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '3000');
      assert.equal(await value(url, 'SELECT count(*) FROM fleet_vehicle'), String(data.vehicles));
      await query(url, `CREATE TABLE parts AS TABLE fleet`);
      await runLoad(url, loadOf(data), { ifExists: 'replace' });
      assert.equal(await value(url, 'SELECT count(*) FROM (TABLE parts EXCEPT ALL TABLE fleet) d'), '0');
    });
  }

  it('that overlap are rejected while the other one loads, and after it was killed', async () => {
    url = await server.database();
    const load = loadOf(data, 0, 1000);
    const place = target(url, { ifExists: 'append' });
    await place.open(load);
    const other = () => runLoad(url, loadOf(data, 999, 2000), { ifExists: 'append' });
    await assert.rejects(other(), {
      exitCode: 2,
      code: 'PG_RANGE_TAKEN',
      message: /records 0:1000 are being loaded by another process \(backend \d+, fleetgen \d+@/,
    });
    await query(url, END_SESSIONS);
    await assert.rejects(other(), { exitCode: 2, code: 'PG_RANGE_TAKEN', message: /--if-exists resume/ });
  });

  it('leave nothing when the only load is stopped', async () => {
    url = await server.database();
    const load = loadOf(data, 0, 1000);
    const place = target(url, { ifExists: 'append' });
    await place.open(load);
    const sink = sinkOf(place, load);
    await loadShard(sink, load.dataset, load.shards[0]!);
    await sink.close();
    await place.abort();
    assert.deepEqual(await tables(url), []);
  });

  it('prevent a load from replacing the table', async () => {
    url = await server.database();
    const place = target(url, { ifExists: 'append' });
    await place.open(loadOf(data, 0, 1000));
    const replace = runLoad(url, loadOf(data), { ifExists: 'replace', lockWaitMs: 0 });
    await assert.rejects(replace, { exitCode: 1, code: 'PG_BUSY' });
    await place.abort();
  });
});
