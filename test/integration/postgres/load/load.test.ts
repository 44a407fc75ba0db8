import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import {
  dataset,
  END_SESSIONS,
  loadOf,
  loadShard,
  query,
  relations,
  runLoad,
  sinkOf,
  startServer,
  type TestServer,
  tables,
  target,
  value,
} from '../../postgres-fixture.js';

describe('a load into PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const fresh = async () => {
    url = await server.database();
  };

  it('creates tables, key, index, comments and ledger under their final names', async () => {
    await fresh();
    const load = loadOf(dataset(1700));
    const result = await runLoad(url, load);
    assert.equal(result.table, 'public.fleet');
    assert.doesNotMatch(result.target, /:[^/]*@/);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1700');
    assert.equal(await value(url, 'SELECT count(*) FROM fleet_vehicle'), String(load.dataset.vehicles));
    assert.deepEqual(await tables(url), [
      'fleet',
      'fleet_pkey',
      'fleet_vehicle',
      'fleet_vehicle_id_recorded_at_idx',
      'fleet_vehicle_pkey',
    ]);
    const names = await query(
      url,
      `SELECT conname FROM pg_constraint WHERE conrelid IN ('fleet'::regclass, 'fleet_vehicle'::regclass)`,
    );
    const odd = names.filter(({ conname }) => !/^fleet_(vehicle_)?(pkey|[a-z0-9_]+_not_null)$/.test(String(conname)));
    assert.deepEqual(odd, []);
    assert.ok(await value(url, `SELECT indisprimary FROM pg_index WHERE indexrelid = 'fleet_pkey'::regclass`));
    assert.equal(await value(url, `SELECT reloptions FROM pg_class WHERE relname = 'fleet'`), null);
    assert.match(String(await value(url, `SELECT col_description('fleet'::regclass, 9)`)), /km\/h/);
    assert.notEqual(await value(url, `SELECT reltuples FROM pg_class WHERE relname = 'fleet'`), -1);

    const [run] = await query(url, 'SELECT * FROM fleetgen_run');
    assert.equal(run!.state, 'done');
    assert.equal(run!.range_to, '1700');
    const sums = await query(
      url,
      'SELECT sum(rows) AS rows, sum(bytes) AS bytes, count(*) AS shards FROM fleetgen_shard',
    );
    assert.equal(sums[0]!.rows, '1700');
    assert.equal(sums[0]!.shards, '4');
    assert.ok(result.bytes > Number(sums[0]!.bytes));
  });

  it('rejects an existing table and leaves it unchanged', async () => {
    await fresh();
    await query(url, 'CREATE TABLE fleet (a int)');
    await assert.rejects(runLoad(url, loadOf(dataset(10))), {
      exitCode: 2,
      message: /"public"."fleet" exists.*replace or append/,
    });
    assert.deepEqual(await relations(url), ['fleet']);
  });

  it('rejects an existing vehicle table without its main table', async () => {
    await fresh();
    await query(url, 'CREATE TABLE fleet_vehicle (a int)');
    await assert.rejects(runLoad(url, loadOf(dataset(10)), { ifExists: 'append' }), {
      exitCode: 2,
      message: /fleet_vehicle/,
    });
    assert.deepEqual(await relations(url), ['fleet_vehicle']);
  });

  it('replaces a table with other columns', async () => {
    await fresh();
    await query(url, 'CREATE TABLE fleet (a int PRIMARY KEY)');
    await runLoad(url, loadOf(dataset(700)), { ifExists: 'replace' });
    await runLoad(url, loadOf(dataset(900)), { ifExists: 'replace' });
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '900');
    assert.equal((await tables(url)).length, 5);
    assert.deepEqual(
      (await query(url, 'SELECT state, count(*)::int AS n FROM fleetgen_run GROUP BY state ORDER BY state')).map(
        (r) => [r.state, r.n],
      ),
      [
        ['done', 1],
        ['replaced', 1],
      ],
    );
    assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), '900');
  });

  it('appends ranges, adds only new vehicles, and refuses existing records', async () => {
    await fresh();
    const data = dataset(2000);
    await runLoad(url, loadOf(data, 0, 1000), { ifExists: 'append' });
    await query(
      url,
      `DELETE FROM fleet_vehicle WHERE vehicle_id = 'VEH-000003'; CREATE TABLE known AS SELECT vehicle_id, ctid AS place FROM fleet_vehicle`,
    );
    await runLoad(url, loadOf(data, 1000, 2000), { ifExists: 'append' });
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
    const untouched = 'SELECT FROM known k WHERE k.vehicle_id = v.vehicle_id AND k.place = v.ctid';
    assert.deepEqual(await query(url, `SELECT vehicle_id FROM fleet_vehicle v WHERE NOT EXISTS (${untouched})`), [
      { vehicle_id: 'VEH-000003' },
    ]);
    await assert.rejects(runLoad(url, loadOf(data, 1500, 2000), { ifExists: 'append' }), {
      exitCode: 2,
      message: /record_id from 1500 to 1999: add --first-record-id 2000/,
    });
    await runLoad(url, loadOf(dataset(300, { firstRecordId: 2000 })), { ifExists: 'append' });
    assert.equal(await value(url, 'SELECT max(record_id) FROM fleet'), '2299');
  });

  it('rejects records of other vehicles with the same ids, and accepts other days of the same vehicles', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(500)));
    const before = await relations(url);
    const other = loadOf(dataset(300, { firstRecordId: 500, seed: 43 }));
    await assert.rejects(runLoad(url, other, { ifExists: 'append' }), {
      exitCode: 2,
      code: 'PG_VEHICLES_DIFFER',
      message: /^"public"."fleet_vehicle" has another VEH-\d{6} than the load/,
    });
    assert.deepEqual(await relations(url), before);
    assert.equal(await value(url, 'SELECT count(*) FROM fleetgen_run'), '1');
    const later = planDataset({ seed: 42, start: '2026-03-02', intervalSeconds: 10, rows: 400, firstRecordId: 500 });
    await runLoad(url, loadOf(later), { ifExists: 'append' });
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '900');
  });

  it('creates the vehicle table when the appended table has none, and accepts columns in any order', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(500)));
    await query(
      url,
      `DROP TABLE fleet_vehicle; ALTER TABLE fleet DROP COLUMN weather; ALTER TABLE fleet ADD COLUMN weather text NOT NULL DEFAULT 'x'`,
    );
    await runLoad(url, loadOf(dataset(500, { firstRecordId: 500 })), { ifExists: 'append' });
    assert.equal(await value(url, 'SELECT count(*) FROM fleet_vehicle'), String(dataset(500).vehicles));
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1000');
    assert.ok((await tables(url)).includes('fleet_vehicle_pkey'));
  });

  it('appends to tables with additional columns that have defaults or allow null', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(10)));
    await query(
      url,
      `ALTER TABLE fleet ADD COLUMN loaded_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN note text,
         ADD COLUMN serial int GENERATED ALWAYS AS IDENTITY, ADD COLUMN fast boolean GENERATED ALWAYS AS (speed_kmh > 100) STORED;
       ALTER TABLE fleet_vehicle ADD COLUMN depot text NOT NULL DEFAULT 'north'`,
    );
    const next = dataset(500, { firstRecordId: 10 });
    await runLoad(url, loadOf(next), { ifExists: 'append' });
    assert.equal(
      await value(
        url,
        `SELECT count(*) || ' ' || count(DISTINCT serial) || ' ' || count(loaded_at) || ' ' || count(note) || ' ' ||
           bool_and(fast = (speed_kmh > 100)) FROM fleet`,
      ),
      '510 510 510 0 true',
    );
    assert.equal(await value(url, "SELECT count(*) FROM fleet_vehicle WHERE depot = 'north'"), String(next.vehicles));
  });

  it('names the column that prevents appending', async () => {
    const changes: [string, RegExp][] = [
      ['ALTER TABLE fleet DROP COLUMN weather', /no column "weather"/],
      [
        'DELETE FROM fleet; ALTER TABLE fleet ADD COLUMN more int NOT NULL',
        /one more column, "more", that has no default/,
      ],
      ['DELETE FROM fleet_vehicle; ALTER TABLE fleet_vehicle ADD COLUMN more int NOT NULL', /fleet_vehicle.*"more"/],
      ['ALTER TABLE fleet ALTER COLUMN speed_kmh TYPE double precision', /"speed_kmh" is double precision, not real/],
      ['DELETE FROM fleet; ALTER TABLE fleet ALTER COLUMN latitude SET NOT NULL', /"latitude" allows no nulls/],
      ['ALTER TABLE fleet_vehicle DROP COLUMN region', /fleet_vehicle.*no column "region"/],
    ];
    for (const [change, message] of changes) {
      await fresh();
      await runLoad(url, loadOf(dataset(10)));
      await query(url, change);
      const next = loadOf(dataset(10, { firstRecordId: 10 }));
      await assert.rejects(runLoad(url, next, { ifExists: 'append' }), {
        exitCode: 2,
        code: 'PG_COLUMNS_DIFFER',
        message,
      });
    }
  });

  it('stores unusual names literally', async () => {
    await fresh();
    await query(url, `CREATE SCHEMA "s""; drop schema public; --"; CREATE TABLE x (a int)`);
    const options = { schema: 's"; drop schema public; --', table: `a"; drop table x; --'\\` };
    await runLoad(url, loadOf(dataset(600)), options);
    await runLoad(url, loadOf(dataset(600)), { ...options, ifExists: 'replace' });
    await runLoad(url, loadOf(dataset(600, { firstRecordId: 600 })), { ...options, ifExists: 'append' });
    assert.ok((await relations(url, options.schema)).includes(options.table));
    assert.equal(
      await value(url, `SELECT count(*) FROM "s""; drop schema public; --"."a""; drop table x; --'\\"`),
      '1200',
    );
    assert.deepEqual(await relations(url), ['x']);
  });

  it('refuses a schema that does not exist and a name in use', async () => {
    await fresh();
    await assert.rejects(runLoad(url, loadOf(dataset(10)), { schema: 'none' }), {
      exitCode: 2,
      message: /no schema "none"/,
    });
    await query(url, 'CREATE VIEW fleet_pkey AS SELECT 1');
    await assert.rejects(runLoad(url, loadOf(dataset(10))), { exitCode: 2, message: /"public"."fleet_pkey"/ });
    assert.deepEqual(await relations(url), ['fleet_pkey']);
  });

  it('accepts an empty range', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(10), 5, 5));
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '0');
  });

  it('rejects a second load of the table, naming the first', async () => {
    await fresh();
    const load = loadOf(dataset(10));
    const first = target(url);
    await first.open(load);
    const second = runLoad(url, loadOf(dataset(10)), { lockWaitMs: 0 });
    await assert.rejects(second, {
      exitCode: 1,
      code: 'PG_BUSY',
      message: /backend \d+, fleetgen \d+@\S+ from 127\.0\.0\.1, since 20/,
    });
    await runLoad(url, loadOf(dataset(10)), { table: 'other' });
    await first.abort();
    await runLoad(url, loadOf(dataset(10)));
  });

  for (const ifExists of ['replace', 'append'] as const) {
    it(`leaves the table as it was when a load with ${ifExists} is stopped halfway`, async () => {
      await fresh();
      await runLoad(url, loadOf(dataset(800)));
      const before = await relations(url);
      const load = loadOf(dataset(1000, { firstRecordId: 800 }));
      const place = target(url, { ifExists });
      await place.open(load);
      const sink = sinkOf(place, load);
      await loadShard(sink, load.dataset, load.shards[0]!);
      await sink.begin(load.shards[1]!);
      await sink.abort();
      await place.abort();
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '800');
      assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), '800');
      assert.deepEqual(await relations(url), before);
      assert.equal(await value(url, 'SELECT state FROM fleetgen_run WHERE run_id = $1', [load.runId]), 'failed');
    });

    it(`commits no shard of a load with ${ifExists} after it was stopped`, async () => {
      await fresh();
      await runLoad(url, loadOf(dataset(800)));
      const load = loadOf(dataset(1000, { firstRecordId: 800 }));
      const place = target(url, { ifExists });
      await place.open(load);
      const sink = sinkOf(place, load);
      await place.abort();
      await assert.rejects(loadShard(sink, load.dataset, load.shards[0]!), { exitCode: 1 });
      await sink.abort();
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '800');
    });
  }

  it('refuses to finish when a shard is missing', async () => {
    await fresh();
    const load = loadOf(dataset(1000));
    const place = target(url);
    await place.open(load);
    const sink = sinkOf(place, load);
    await loadShard(sink, load.dataset, load.shards[1]!);
    await sink.close();
    await assert.rejects(place.finish(), { exitCode: 1, message: /500 rows where the load has 1000/ });
    await place.abort();
    assert.deepEqual(await tables(url), []);
  });

  it('drops what a killed load left, and nothing that only looks similar', async () => {
    await fresh();
    const load = loadOf(dataset(1000));
    const killed = target(url);
    await killed.open(load);
    const sink = sinkOf(killed, load);
    await loadShard(sink, load.dataset, load.shards[0]!);
    await sink.close();
    await query(url, `CREATE TABLE fleet__new_0123abcd (a int); ${END_SESSIONS}`);
    await runLoad(url, loadOf(dataset(700)));
    assert.deepEqual(
      (await tables(url)).filter((name) => name.includes('__')),
      ['fleet__new_0123abcd'],
    );
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '700');
  });

  it('needs no more than USAGE and CREATE on the schema, and says so without', async () => {
    await fresh();
    await query(
      url,
      `DROP ROLE IF EXISTS loader; CREATE ROLE loader LOGIN PASSWORD 'p@ss/word'; CREATE SCHEMA mine; GRANT USAGE ON SCHEMA mine TO loader`,
    );
    const own = new URL(url);
    own.username = 'loader';
    own.password = encodeURIComponent('p@ss/word');
    const run = (ifExists: 'fail' | 'append' | 'replace', firstRecordId = 0) =>
      runLoad(own.href, loadOf(dataset(100, { firstRecordId })), { schema: 'mine', ifExists });
    await assert.rejects(run('fail'), {
      exitCode: 1,
      code: 'PG_PERMISSION',
      message: /GRANT CREATE ON SCHEMA "mine" TO loader;/,
    });
    await query(url, 'GRANT CREATE ON SCHEMA mine TO loader');
    await run('fail');
    await run('replace');
    await run('append', 100);
    assert.equal(await value(url, 'SELECT count(*) FROM mine.fleet'), '200');
    await query(url, 'DROP OWNED BY loader; DROP ROLE loader');
  });
});
