/** Which of the tables beside the final one are dropped, and which sessions are ended for it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type pg from 'pg';
import { dropBuild, dropDeadBuilds, dropReplaced } from '#src/sinks/postgres/ledger/build-tables.js';
import { createLedger, endRun, type LoadMode, recordRun } from '#src/sinks/postgres/ledger/ledger.js';
import { terminateBackends } from '#src/sinks/postgres/ledger/undo.js';
import { connect, dataset, loadOf, startServer, type TestServer, tables } from '../../postgres-fixture.js';

const SCHEMA = 'public';
const FLEET = { schema: SCHEMA, table: 'fleet' };
const WAIT_MS = 100;
const data = dataset(10);

describe('beside the final table', () => {
  let server: TestServer;
  let url: string;
  let client: pg.Client;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    url = await server.database();
    client = await connect(url);
    await createLedger(client, SCHEMA);
  });
  afterEach(() => client.end());

  const make = (...names: string[]) =>
    client.query(names.map((name) => `CREATE TABLE ${name} AS SELECT 1 AS record_id`).join('; '));

  interface Past {
    readonly mode?: LoadMode;
    readonly resumable?: boolean;
    readonly state?: 'done' | 'failed';
    readonly replaces?: string;
  }
  const record = async (suffix: string, { mode = 'build', resumable = false, state, replaces }: Past) => {
    const load = loadOf(data);
    const terms = { resumable, keepPrevious: null };
    await recordRun(client, SCHEMA, 'fleet', load, mode, suffix, terms, replaces ?? null);
    if (state !== undefined) await endRun(client, SCHEMA, load.runId, state);
  };

  it("a load's own build tables are dropped, and those that a session has locked are named", async () => {
    await make('fleet', 'fleet__new_a', 'fleet_vehicle__new_a', 'fleet_truth__new_a', 'fleet__new_b');
    await client.query('CREATE VIEW fleet__old_a AS SELECT 1');
    const reader = await connect(url);
    await reader.query('BEGIN; SELECT * FROM fleet_vehicle__new_a');
    assert.deepEqual(await dropBuild(client, FLEET, 'a', WAIT_MS), ['fleet_vehicle__new_a']);
    await reader.end();
    assert.deepEqual(await tables(url), ['fleet', 'fleet__new_b', 'fleet__old_a', 'fleet_vehicle__new_a']);
    assert.deepEqual(await dropBuild(client, FLEET, 'a', WAIT_MS), []);
    assert.deepEqual(await tables(url), ['fleet', 'fleet__new_b', 'fleet__old_a']);
  });

  it('the builds of killed and failed loads are dropped, but not what can be resumed or is not in the ledger', async () => {
    await record('killed', {});
    await record('failed', { state: 'failed', resumable: true });
    await record('kept', { resumable: true });
    await record('append', { mode: 'append' });
    await make(...['killed', 'failed', 'kept', 'append', 'unknown'].map((suffix) => `fleet__new_${suffix}`));
    await dropDeadBuilds(client, FLEET, WAIT_MS);
    assert.deepEqual(await tables(url), ['fleet__new_append', 'fleet__new_kept', 'fleet__new_unknown']);
  });

  for (const [keep, left] of [
    [0, []],
    [1, ['c']],
    [2, ['b', 'c']],
    [9, ['a', 'b', 'c']],
  ] as const) {
    it(`${keep} of the replaced tables are kept, the latest`, async () => {
      // A load that replaced nothing does not count as one of them.
      for (const suffix of ['a', 'b', 'c']) await record(suffix, { state: 'done', replaces: '1' });
      await record('d', { state: 'done' });
      await record('e', { state: 'failed', replaces: '1' });
      await record('f', { replaces: '1' });
      await make(...['a', 'b', 'c', 'e', 'f'].map((suffix) => `fleet__old_${suffix}`));
      await dropReplaced(client, FLEET, keep, WAIT_MS);
      assert.deepEqual(
        await tables(url),
        [...left, 'e', 'f'].map((suffix) => `fleet__old_${suffix}`),
      );
    });
  }

  it('nothing is dropped where there is no ledger', async () => {
    await client.query('CREATE SCHEMA bare; CREATE TABLE bare.fleet__new_a (a int)');
    await dropDeadBuilds(client, { ...FLEET, schema: 'bare' }, WAIT_MS);
    await dropReplaced(client, { ...FLEET, schema: 'bare' }, 0, WAIT_MS);
    assert.deepEqual(await tables(url, 'bare'), ['fleet__new_a']);
  });

  it('sessions that write to a build end, and those given, but no reader and no other session', async () => {
    await make('fleet__new_a', 'fleet');
    const [writer, reader, given, elsewhere] = await Promise.all([1, 2, 3, 4].map(() => connect(url)));
    await writer!.query('BEGIN; INSERT INTO fleet__new_a VALUES (2)');
    await reader!.query('BEGIN; SELECT * FROM fleet__new_a');
    await elsewhere!.query('BEGIN; INSERT INTO fleet VALUES (2)');
    const pidOf = async (session: pg.Client) => (await session.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const pids = [await pidOf(writer!), await pidOf(given!)];
    await terminateBackends(client, SCHEMA, ['fleet__new_a'], pids.slice(1));
    assert.equal((await client.query('SELECT FROM pg_stat_activity WHERE pid = ANY ($1::int[])', [pids])).rowCount, 0);
    for (const ended of [writer!, given!]) await assert.rejects(ended.query('SELECT 1'));
    for (const other of [reader!, elsewhere!]) await other.query('COMMIT');
    await Promise.all([reader!.end(), elsewhere!.end()]);
  });
});
