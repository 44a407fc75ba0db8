/** A table filled by several loads, one of which is killed or refused at an unfavourable moment. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Load } from '#src/sinks/load-target.js';
import {
  beginLoad,
  dataset,
  END_SESSIONS,
  loadOf,
  query,
  relations,
  resumeLoad,
  runLoad,
  startServer,
  type TestServer,
  tables,
  WHOLE,
} from '../../postgres-fixture.js';

const KEYLESS = ['fleet', 'fleet_vehicle', 'fleet_vehicle_pkey'];
const data = dataset(2000);
const half = () => loadOf(data, 0, 1000);
const otherHalf = () => loadOf(data, 1000, 2000);

describe('a table of several loads', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const begin = (load: Load, shards: number) => beginLoad(url, load, { ifExists: 'append' }, shards);
  const resume = async (load: Load) => (await resumeLoad(url, load)).length;

  it('gets its keys when a load that lacks only them is resumed', async () => {
    url = await server.database();
    const late = await begin(otherHalf(), 2);
    // Leaves the keys to the other load, which is killed after its rows and before it creates them.
    await runLoad(url, half(), { ifExists: 'append' });
    assert.deepEqual(await tables(url), KEYLESS);
    await query(url, "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$");
    await query(url, "CREATE EVENT TRIGGER no ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION no()");
    await assert.rejects(late.finish(), /killed/);
    await query(url, `DROP EVENT TRIGGER no; DROP FUNCTION no; ${END_SESSIONS}`);
    assert.deepEqual(await tables(url), KEYLESS);
    assert.equal(await resume(half()), 0);
    assert.deepEqual(await tables(url), WHOLE);
    assert.equal(await resume(otherHalf()), 0);
    assert.deepEqual(await tables(url), WHOLE);
  });

  it("that was dropped by hand is created again, and the old one's ledger rows no longer count", async () => {
    url = await server.database();
    await begin(half(), 1);
    await query(url, END_SESSIONS);
    await query(url, 'DROP TABLE fleet, fleet_vehicle');
    await runLoad(url, half(), { ifExists: 'append' });
    assert.deepEqual(
      (await query(url, 'SELECT state FROM fleetgen_run ORDER BY started_at')).map(({ state }) => state),
      ['replaced', 'done'],
    );
    assert.equal((await query(url, 'SELECT FROM fleet')).length, 1000);
  });

  it('is not created by a rejected load', async () => {
    url = await server.database();
    await query(url, 'CREATE TABLE fleet_vehicle (a int)');
    const before = await relations(url);
    await assert.rejects(runLoad(url, half(), { ifExists: 'append' }), { exitCode: 2, code: 'PG_TABLE_EXISTS' });
    assert.deepEqual(await relations(url), before);
    await query(url, 'DROP TABLE fleet_vehicle');
    const place = await begin(half(), 1);
    await query(url, 'DROP TABLE fleet, fleet_vehicle');
    const standing = await relations(url);
    // Another process is loading these records, although its table is gone.
    await assert.rejects(runLoad(url, half(), { ifExists: 'append' }), { exitCode: 2, code: 'PG_RANGE_TAKEN' });
    assert.deepEqual(await relations(url), standing);
    await place.abort();
  });
});
