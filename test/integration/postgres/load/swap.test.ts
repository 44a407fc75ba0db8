/** How a swap treats blocking sessions, and that it leaves others alone. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connectionOf } from '#src/pg/connection/connection.js';
import {
  connect,
  dataset,
  loadOf,
  loadShard,
  query,
  runLoad,
  sinkOf,
  startServer,
  type TestServer,
  target,
  value,
} from '../../postgres-fixture.js';

const INSIDE = 'BEGIN; SELECT count(*) FROM fleet_vehicle';
const OLD_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class LIMIT 1';

describe('a swap', () => {
  let server: TestServer;
  let url: string;
  const sessions: pg.Client[] = [];
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.end().catch(() => undefined);
  });

  const standing = async () => {
    url = await server.database();
    await runLoad(url, loadOf(dataset(100)));
  };
  const session = async (sql: string): Promise<pg.Client> => {
    const client = await connect(url);
    sessions.push(client);
    await client.query(sql);
    return client;
  };
  const replace = (options: Parameters<typeof target>[1] = {}) =>
    runLoad(url, loadOf(dataset(200)), { ifExists: 'replace', swapTimeoutMs: 1500, ...options });
  const rows = () => value(url, 'SELECT count(*) FROM fleet');

  for (const [who, begin] of [
    ['a reader', INSIDE],
    ['one of many readers', `${INSIDE}; SELECT count(*) FROM fleet`],
    ['a vacuum by hand', 'BEGIN; LOCK TABLE fleet IN SHARE UPDATE EXCLUSIVE MODE'],
    ['a transaction from before the load', OLD_SNAPSHOT],
    ['a dump', `BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE fleet, fleet_vehicle IN ACCESS SHARE MODE`],
  ] as const) {
    it(`times out if ${who} does not end, names the session, and keeps the load`, async () => {
      await standing();
      const reader = await session(begin);
      const pid = (await reader.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
      await assert.rejects(replace(), {
        exitCode: 1,
        code: 'PG_SWAP_BUSY',
        message: new RegExp(`backend ${pid} of fleetgen.*--if-exists resume$`),
      });
      assert.equal((await reader.query('SELECT count(*) FROM fleet')).rows[0].count, '100');
      await reader.query('COMMIT');
      const place = target(url, { ifExists: 'resume' });
      await place.open(loadOf(dataset(200)));
      await place.finish();
      assert.equal(await rows(), '200');
    });

    it(`terminates ${who} after the time-out if requested, and no other session`, async () => {
      await standing();
      const reader = await session(begin);
      const other = await session('SELECT count(*) FROM fleet');
      const { swap } = await replace({ terminateBlockers: true });
      assert.equal(swap?.ended, 1);
      await assert.rejects(reader.query('SELECT 1'));
      assert.equal((await other.query('SELECT count(*) FROM fleet')).rows[0].count, '200');
    });
  }

  it("names the privilege that terminating another user's session needs, and keeps the load", async () => {
    await standing();
    await query(
      url,
      `CREATE ROLE loader LOGIN PASSWORD 'secret'; GRANT CREATE ON SCHEMA public TO loader; ALTER TABLE fleet OWNER TO loader;
       ALTER TABLE fleet_vehicle OWNER TO loader; DROP TABLE fleetgen_shard, fleetgen_run`,
    );
    await session(INSIDE);
    const connection = { ...connectionOf(url), user: 'loader', password: 'secret' };
    await assert.rejects(replace({ connection, terminateBlockers: true }), {
      exitCode: 1,
      code: 'PG_SWAP_BUSY',
      message: /GRANT pg_signal_backend TO loader.*--if-exists resume$/,
    });
    assert.equal(await rows(), '100');
  });

  it('lets current readers finish, and holds back new ones', async () => {
    await standing();
    const watcher = await session('SELECT 1');
    const queued = async (table: string) => {
      const found = await watcher.query(
        `SELECT FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass LIMIT 1`,
      );
      return found.rowCount === 1;
    };
    const old = await session(INSIDE);
    const replacing = replace({ swapTimeoutMs: 60_000 });
    replacing.catch(() => undefined);
    while (!(await queued('fleet_vehicle')));
    // Recent enough that the swap, after waiting for the other one, waits for it while holding back new readers.
    await sleep(4000);
    const young = await session(INSIDE);
    await old.query('COMMIT');
    while (!(await queued('fleet')) || !(await queued('fleet_vehicle')));
    const late = await session('BEGIN');
    const reading = late.query('SELECT count(*) FROM fleet_vehicle');
    assert.equal((await young.query('SELECT count(*) FROM fleet')).rows[0].count, '100');
    await young.query('COMMIT');
    const { swap } = await replacing;
    assert.ok(swap!.holds > 1);
    await reading;
    assert.equal((await late.query('SELECT count(*) FROM fleet')).rows[0].count, '200');
  });

  it('fails no reader, however early the server checks for deadlocks', async (t) => {
    await standing();
    await query(url, "ALTER SYSTEM SET deadlock_timeout = '5ms'");
    await query(url, 'SELECT pg_reload_conf()');
    t.after(async () => {
      await query(url, 'ALTER SYSTEM RESET deadlock_timeout');
      await query(url, 'SELECT pg_reload_conf()');
    });
    let done = false;
    const read = async (from: string, to: string) => {
      const client = await session('SELECT 1');
      while (!done) {
        await client.query(
          `BEGIN; SELECT FROM ${from} LIMIT 1; SELECT pg_sleep(0.03); SELECT FROM ${to} LIMIT 1; COMMIT`,
        );
      }
    };
    const reading = Promise.all([
      read('fleet', 'fleet_vehicle'),
      read('fleet_vehicle', 'fleet'),
      read('fleet', 'fleet_vehicle'),
      read('fleet_vehicle', 'fleet'),
    ]);
    reading.catch(() => undefined);
    for (let i = 0; i < 5; i++) await replace({ swapTimeoutMs: 60_000 });
    done = true;
    await reading;
  });

  it('waits for a dump that reads the tables being built, and does not terminate it', async () => {
    await standing();
    const load = loadOf(dataset(200));
    const place = target(url, { ifExists: 'replace' });
    await place.open(load);
    const tables = await query(url, `SELECT relname FROM pg_class WHERE relname ~ '^fleet__new_[0-9a-f]{8}$'`);
    const dumper = await session(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ${tables[0]!.relname}`);
    const sink = sinkOf(place, load);
    for (const shard of load.shards) await loadShard(sink, load.dataset, shard);
    await sink.close();
    const finishing = place.finish();
    finishing.catch(() => undefined);
    const waiting = `SELECT count(*)::int FROM pg_locks WHERE NOT granted AND relation = '${tables[0]!.relname}'::regclass`;
    while ((await value(url, waiting)) === 0);
    assert.equal((await dumper.query('SELECT count(*) FROM fleet')).rows[0].count, '100');
    await dumper.query('COMMIT');
    await finishing;
    assert.equal(await rows(), '200');
  });
});
