/** Nothing that a user asked to keep, and nothing that fleetgen did not create, is deleted without a request. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Load } from '#src/sinks/load-target.js';
import type { PostgresTargetOptions } from '#src/sinks/postgres/postgres-target.js';
import {
  beginLoad,
  connect,
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
  target,
  value,
} from '../../postgres-fixture.js';

describe('data that nobody asked to delete', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    url = await server.database();
  });

  const begin = (load: Load, options: Partial<PostgresTargetOptions>) => beginLoad(url, load, options);
  const kill = () => query(url, END_SESSIONS);
  const resume = (load: Load) => resumeLoad(url, load);
  /** Rows of every kept table, of their vehicles' tables too. */
  const kept = async () => {
    const counts: Record<string, string[]> = { fleet: [], fleet_vehicle: [] };
    for (const name of await tables(url)) {
      const [, table] = /^(.*)__old_[0-9a-f]{8}$/.exec(name) ?? [];
      if (table !== undefined) counts[table]!.push(String(await value(url, `SELECT count(*) FROM "${name}"`)));
    }
    return counts;
  };
  const vehicles = (rows: number) => String(dataset(rows).vehicles);
  const replacedOnce = async () => {
    await runLoad(url, loadOf(dataset(600)));
    await runLoad(url, loadOf(dataset(700)), { ifExists: 'replace', keepPrevious: 1 });
    return { fleet: ['600'], fleet_vehicle: [vehicles(600)] };
  };

  describe('of kept tables', () => {
    it('stays when the replacement that would drop them is stopped or killed', async () => {
      const before = await replacedOnce();
      const stopped = await begin(loadOf(dataset(800)), { ifExists: 'replace' });
      await stopped.abort();
      assert.deepEqual(await kept(), before);
      await begin(loadOf(dataset(800)), { ifExists: 'replace' });
      await kill();
      assert.deepEqual(await kept(), before);
      await runLoad(url, loadOf(dataset(900)), { ifExists: 'replace' });
      assert.deepEqual(await kept(), { fleet: [], fleet_vehicle: [] });
    });

    it('stays when a missing table is created again', async () => {
      const before = await replacedOnce();
      for (const ifExists of ['fail', 'append', 'resume'] as const) {
        await query(url, 'DROP TABLE fleet, fleet_vehicle');
        await runLoad(url, loadOf(dataset(800)), { ifExists });
        assert.deepEqual(await kept(), before, ifExists);
      }
    });

    it('stays as the resumed replacement said, and when there is nothing to resume', async () => {
      await runLoad(url, loadOf(dataset(600)));
      await begin(loadOf(dataset(1200)), { ifExists: 'replace', keepPrevious: 1 });
      await kill();
      await resume(loadOf(dataset(1200)));
      const wanted = { fleet: ['600'], fleet_vehicle: [vehicles(600)] };
      assert.deepEqual(await kept(), wanted);
      await resume(loadOf(dataset(1200)));
      assert.deepEqual(await kept(), wanted);
    });

    it('stays although a replacement was killed in between', async () => {
      await runLoad(url, loadOf(dataset(600)));
      await begin(loadOf(dataset(700)), { ifExists: 'replace', keepPrevious: 1 });
      await kill();
      await runLoad(url, loadOf(dataset(800)), { ifExists: 'replace', keepPrevious: 1 });
      assert.deepEqual(await kept(), { fleet: ['600'], fleet_vehicle: [vehicles(600)] });
    });
  });

  describe('of a load that is to be resumed', () => {
    const load = () => loadOf(dataset(2000));
    const others: [string, Load, Partial<PostgresTargetOptions>][] = [
      ['a plain load', loadOf(dataset(700)), {}],
      ['a plain load of a range', loadOf(dataset(2000), 500, 1000), {}],
      ['an append', loadOf(dataset(700, { firstRecordId: 5000 })), { ifExists: 'append' }],
      ['an append of a range', loadOf(dataset(2000), 500, 1000), { ifExists: 'append' }],
      ['a resumed load of other records', loadOf(dataset(700, { firstRecordId: 5000 })), { ifExists: 'resume' }],
    ];
    for (const [what, other, options] of others) {
      it(`stays where ${what} would drop it`, async () => {
        await begin(load(), { ifExists: 'resume' });
        await kill();
        const before = await relations(url);
        await assert.rejects(runLoad(url, other, options), {
          exitCode: 2,
          code: 'PG_UNFINISHED',
          message: /interrupted.*--if-exists resume.*--if-exists replace/,
        });
        assert.deepEqual(await relations(url), before);
        await resume(load());
        assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
        assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), '2000');
      });
    }

    it('stays when it was stopped, or continued by a load of another kind', async () => {
      await (await begin(load(), { ifExists: 'resume' })).abort();
      await assert.rejects(runLoad(url, loadOf(dataset(700))), { exitCode: 2, code: 'PG_UNFINISHED' });
      await runLoad(url, loadOf(dataset(600)), { ifExists: 'replace' });
      await begin(load(), { ifExists: 'replace' });
      await kill();
      const place = target(url, { ifExists: 'resume' });
      await place.open(load());
      await place.abort();
      const more = loadOf(dataset(700, { firstRecordId: 5000 }));
      await assert.rejects(runLoad(url, more, { ifExists: 'append' }), { exitCode: 2, code: 'PG_UNFINISHED' });
      await resume(load());
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
    });

    it('stays when only its swap is missing', async () => {
      await runLoad(url, loadOf(dataset(600)));
      const reader = await connect(url);
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1');
      const replacing = runLoad(url, load(), { ifExists: 'replace', swapTimeoutMs: 300 });
      await assert.rejects(replacing, { code: 'PG_SWAP_BUSY' });
      await reader.end();
      const more = loadOf(dataset(700, { firstRecordId: 5000 }));
      await assert.rejects(runLoad(url, more, { ifExists: 'append' }), { exitCode: 2, code: 'PG_UNFINISHED' });
      await resume(load());
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
    });

    it('is deleted when it is replaced', async () => {
      await begin(load(), { ifExists: 'resume' });
      await kill();
      await runLoad(url, loadOf(dataset(700)), { ifExists: 'replace' });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '700');
      assert.deepEqual(
        (await tables(url)).filter((name) => name.includes('__')),
        [],
      );
    });
  });

  describe('of other tables', () => {
    const companions: [string, string, RegExp, boolean][] = [
      ['a table of vehicles', 'fleet_vehicle (note text)', /"fleet_vehicle".*no column "vehicle_id"/, false],
      ['a table of truths', 'fleet_truth (note text)', /"fleet_truth"/, true],
    ];
    for (const [what, table, message, truth] of companions) {
      it(`stays if ${what} belongs to someone else`, async () => {
        await query(url, `CREATE TABLE ${table}; INSERT INTO ${table.split(' ')[0]} VALUES ('mine')`);
        const before = await relations(url);
        const load = loadOf(dataset(100), 0, 100, 500, truth);
        await assert.rejects(runLoad(url, load, { ifExists: 'replace' }), { exitCode: 2, message });
        assert.deepEqual(await relations(url), before);
        assert.equal(await value(url, `SELECT note FROM ${table.split(' ')[0]}`), 'mine');
      });
    }

    it('stays if a vehicle table has an additional column', async () => {
      await runLoad(url, loadOf(dataset(100)));
      await query(url, `ALTER TABLE fleet_vehicle ADD note text; UPDATE fleet_vehicle SET note = 'mine'`);
      await assert.rejects(runLoad(url, loadOf(dataset(100)), { ifExists: 'replace' }), {
        exitCode: 2,
        message: /one more column, "note"/,
      });
      assert.equal(await value(url, 'SELECT note FROM fleet_vehicle LIMIT 1'), 'mine');
    });

    for (const table of ['fleet_vehicle', 'fleet_truth', 'fleetgen_run', 'fleetgen_shard']) {
      it(`stays if ${table}, which belongs to a load, is named as the target`, async () => {
        const place = await begin(loadOf(dataset(600), 0, 600, 600), {});
        await place.finish();
        if (table === 'fleet_truth') {
          const load = loadOf(dataset(100), 0, 100, 500, true);
          const truthful = target(url, { ifExists: 'replace' });
          await truthful.open({ ...load, shards: [], to: 0 });
          await truthful.finish();
        }
        const before = await relations(url);
        for (const ifExists of ['fail', 'append', 'replace', 'resume'] as const) {
          await assert.rejects(async () => runLoad(url, loadOf(dataset(100)), { table, ifExists }), {
            exitCode: 2,
            message: new RegExp(`${table}.*name another --table`),
          });
        }
        assert.deepEqual(await relations(url), before);
      });
    }

    it('can be used as a target once its load is gone', async () => {
      await runLoad(url, loadOf(dataset(100)));
      await query(url, 'DROP TABLE fleet, fleet_vehicle');
      await runLoad(url, loadOf(dataset(100)), { table: 'fleet_vehicle' });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet_vehicle'), '100');
    });
  });
});
