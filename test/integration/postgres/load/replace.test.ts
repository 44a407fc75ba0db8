import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  connect,
  dataset,
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

describe('replacing a table in PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const fresh = async () => {
    url = await server.database();
  };

  const standing = async (sql: string) => {
    await fresh();
    await runLoad(url, loadOf(dataset(100)));
    await query(url, sql);
  };
  const replace = () => runLoad(url, loadOf(dataset(200)), { ifExists: 'replace' });

  it('keeps comment, owner and grants', async () => {
    await standing(
      `DROP ROLE IF EXISTS reader, boss; CREATE ROLE reader; CREATE ROLE boss; GRANT CREATE ON SCHEMA public TO boss;
       GRANT SELECT ON fleet TO PUBLIC; GRANT SELECT, UPDATE (speed_kmh) ON fleet TO reader WITH GRANT OPTION;
       COMMENT ON TABLE fleet IS 'it''s \\ ours'; ALTER TABLE fleet_vehicle OWNER TO boss;
       ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO reader`,
    );
    const facts = `SELECT c.relname, c.relowner::regrole::text AS owner, obj_description(c.oid) AS comment,
        (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a) AS acl,
        (SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attname = 'speed_kmh') AS column_acl
      FROM pg_class c WHERE relname IN ('fleet', 'fleet_vehicle') ORDER BY 1`;
    const before = await query(url, facts);
    await replace();
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '200');
    const after = await query(url, facts);
    assert.deepEqual(after[0], before[0]);
    assert.equal(after[1]!.owner, 'boss');
    await query(url, 'DROP OWNED BY reader, boss; DROP ROLE reader, boss');
  });

  it('does not wait for an autovacuum of the table it replaces', async (t) => {
    await fresh();
    await runLoad(url, loadOf(dataset(5000)));
    // Slow enough to outlast every attempt to swap.
    await query(
      url,
      `ALTER TABLE fleet SET (autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0,
         autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_cost_delay = 100)`,
    );
    await query(url, "ALTER SYSTEM SET autovacuum_naptime = '1s'");
    await query(url, 'SELECT pg_reload_conf()');
    t.after(async () => {
      await query(url, 'ALTER SYSTEM RESET autovacuum_naptime');
      await query(url, 'SELECT pg_reload_conf()');
    });
    const vacuums = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM public.fleet'";
    while ((await value(url, vacuums)) === 0) await sleep(100);
    await replace();
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '200');
  });

  it('keeps storage options, and the comments on columns', async () => {
    await standing(
      `ALTER TABLE fleet SET (fillfactor = 70, autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.05);
       COMMENT ON COLUMN fleet.weather IS 'it''s \\ ours'; COMMENT ON COLUMN fleet_vehicle.region IS 'where'`,
    );
    const client = await connect(url);
    await client.query('SET allow_in_place_tablespaces = on');
    await client.query("CREATE TABLESPACE other LOCATION ''");
    await client.end();
    await query(url, 'ALTER TABLE fleet_vehicle SET TABLESPACE other');
    const facts = `SELECT c.relname, (SELECT array_agg(o ORDER BY o) FROM unnest(c.reloptions) o) AS options,
        (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS place,
        (SELECT array_agg(col_description(c.oid, a.attnum) ORDER BY a.attname) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0) AS comments
      FROM pg_class c WHERE relname IN ('fleet', 'fleet_vehicle') ORDER BY 1`;
    const before = await query(url, facts);
    assert.equal(before[1]!.place, 'other');
    await replace();
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '200');
    assert.deepEqual(await query(url, facts), before);
  });

  const hangers: [string, RegExp][] = [
    ['CREATE VIEW fast AS SELECT * FROM fleet WHERE speed_kmh > 100', /view fast/],
    ['CREATE MATERIALIZED VIEW fast AS SELECT vehicle_id FROM fleet_vehicle', /materialized view fast/],
    ['CREATE TABLE trips (id bigint REFERENCES fleet)', /constraint trips_id_fkey on table trips/],
    ['ALTER TABLE fleet ADD FOREIGN KEY (vehicle_id) REFERENCES fleet_vehicle NOT VALID', /fleet_vehicle_id_fkey/],
    ['CREATE INDEX extra ON fleet (weather)', /index extra/],
    ['CREATE PUBLICATION p FOR TABLE fleet', /publication p/],
    ['ALTER TABLE fleet ENABLE ROW LEVEL SECURITY', /row security/],
    ['ALTER TABLE fleet ADD CHECK (speed_kmh < 1000)', /constraint fleet_speed_kmh_check/],
    ['CREATE FUNCTION f(fleet) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', /function f\(fleet\)/],
    ['CREATE TABLE child () INHERITS (fleet)', /table child/],
    [
      `CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
       CREATE TRIGGER t BEFORE INSERT ON fleet FOR EACH ROW EXECUTE FUNCTION g()`,
      /trigger t on table fleet/,
    ],
    ['DROP TABLE fleet; CREATE VIEW fleet AS SELECT 1', /is a view/],
    ['DROP TABLE fleet; CREATE TABLE fleet (a int) PARTITION BY RANGE (a)', /is a partitioned table/],
  ];
  for (const [sql, message] of hangers) {
    it(`refuses to lose dependent objects: ${sql.slice(0, 50).trim()}`, async () => {
      await standing(sql);
      const before = await relations(url);
      await assert.rejects(replace(), { exitCode: 2, message });
      assert.deepEqual(await relations(url), before);
    });
  }

  it('stops if a view was created during the load', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(100)));
    const load = loadOf(dataset(200));
    const place = target(url, { ifExists: 'replace' });
    await place.open(load);
    const sink = sinkOf(place, load);
    await loadShard(sink, load.dataset, load.shards[0]!);
    await sink.close();
    await query(url, 'CREATE VIEW late AS SELECT * FROM fleet');
    await assert.rejects(place.finish(), { exitCode: 1, message: /view late/ });
    await place.abort();
    assert.equal(await value(url, 'SELECT count(*) FROM late'), '100');
    assert.equal((await tables(url)).filter((name) => name.includes('__')).length, 0);
  });

  it('shows readers either the whole old or the whole new table', async () => {
    await fresh();
    await runLoad(url, loadOf(dataset(3000)));
    let done = false;
    const seen = new Set<string>();
    const read = async (client: pg.Client) => {
      while (!done) {
        const result = await client.query(
          'SELECT count(*) || $1::text || (SELECT count(*) FROM fleet_vehicle)::text AS n FROM fleet',
          ['/'],
        );
        seen.add(result.rows[0].n);
      }
      await client.end();
    };
    const readers = await Promise.all(Array.from({ length: 4 }, () => connect(url)));
    const reading = Promise.all(readers.map(read));
    reading.catch(() => undefined);
    const sizes = [3000];
    for (let i = 1; i <= 5; i++) {
      const data = dataset(3000 + i);
      await runLoad(url, loadOf(data), { ifExists: 'replace' });
      sizes.push(data.rows);
    }
    done = true;
    await reading;
    const allowed = sizes.map((rows) => `${rows}/${dataset(rows).vehicles}`);
    assert.deepEqual(
      [...seen].filter((n) => !allowed.includes(n)),
      [],
    );
    assert.ok(seen.size > 1);
  });

  it('waits for a reader that holds the table, without making it fail', async () => {
    await standing('');
    const reader = await connect(url);
    await reader.query('BEGIN; SELECT count(*) FROM fleet');
    const replacing = replace();
    replacing.catch(() => undefined);
    // The load gets as far as requesting the lock.
    const asking = `SELECT count(*)::int FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'`;
    while ((await value(url, asking)) === 0);
    assert.equal((await reader.query('SELECT count(*) FROM fleet')).rows[0].count, '100');
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '100');
    await reader.query('COMMIT');
    await replacing;
    assert.equal((await reader.query('SELECT count(*) FROM fleet')).rows[0].count, '200');
    await reader.end();
  });
});
