/** What the ledger remembers of loads, and what it does to their rows. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type pg from 'pg';
import { runSuffix } from '#src/pg/identifiers.js';
import type { Load } from '#src/sinks/load-target.js';
import { earlierRuns } from '#src/sinks/postgres/ledger/earlier-runs.js';
import {
  abandonBuilds,
  adoptRun,
  checkComplete,
  committedLabels,
  committedRows,
  committedShards,
  countLostRows,
  createLedger,
  endRun,
  type LoadMode,
  ledgerExists,
  type RunState,
  recordRun,
  recordShard,
  runState,
  supersedeRuns,
} from '#src/sinks/postgres/ledger/ledger.js';
import { suspendRun, undoRun } from '#src/sinks/postgres/ledger/undo.js';
import { connect, dataset, loadOf, query, startServer, type TestServer } from '../../postgres-fixture.js';

const SCHEMA = 'public';
const FLEET = { schema: SCHEMA, table: 'fleet' };
const data = dataset(2000);
const digestOf = (rows: number) => ({ rows, bytes: rows * 10, digest: `csv-gmac:${rows}` });

describe('the ledger', () => {
  let server: TestServer;
  let url: string;
  let client: pg.Client;
  before(async () => {
    server = await startServer();
    url = await server.database();
    client = await connect(url);
    await createLedger(client, SCHEMA);
  });
  after(async () => {
    await client.end();
    await server.stop();
  });
  beforeEach(async () => {
    await client.query('TRUNCATE fleetgen_run CASCADE; DROP TABLE IF EXISTS fleet, fleet_truth');
  });

  const start = async (load: Load, mode: LoadMode = 'append', table = 'fleet') => {
    await recordRun(client, SCHEMA, table, load, mode, runSuffix(load.runId), { resumable: false, keepPrevious: 2 });
    return load;
  };
  /** A load of four shards, of which the first ones are committed. */
  const started = async (shards: number, mode?: LoadMode, table?: string) => {
    const load = await start(loadOf(data), mode, table);
    for (const shard of load.shards.slice(0, shards)) {
      await recordShard(client, SCHEMA, load.runId, shard, digestOf(shard.to - shard.from));
    }
    return load;
  };
  const stateOf = (load: Load) => runState(client, SCHEMA, load.runId);
  const rowsOf = (load: Load) => committedRows(client, SCHEMA, load.runId);
  const committed = (load: Load, shards = load.shards) => committedShards(client, SCHEMA, load.runId, shards);
  const ended = async (load: Load, state: 'done' | 'failed') => {
    await endRun(client, SCHEMA, load.runId, state);
    return load;
  };
  /** Tables with the records of the whole dataset. */
  const makeTables = async (...names: string[]) => {
    for (const name of names) {
      await client.query(`CREATE TABLE ${name} AS SELECT g::bigint AS record_id FROM generate_series(0, 1999) g`);
    }
  };
  const ids = async (table: string) =>
    (await query(url, `SELECT record_id::int AS id FROM ${table} ORDER BY 1`)).map(({ id }) => Number(id));
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it('is made by one of several loads at once', async () => {
    await client.query('CREATE SCHEMA many');
    assert.equal(await ledgerExists(client, 'many'), false);
    const clients = await Promise.all(Array.from({ length: 4 }, () => connect(url)));
    await Promise.all(clients.map((other) => createLedger(other, 'many')));
    await Promise.all(clients.map((other) => other.end()));
    assert.equal(await ledgerExists(client, 'many'), true);
  });

  it('gives each load back as it was recorded, the latest first', async () => {
    const first = await start(loadOf(data, 500, 1500, 500, true), 'joint');
    const second = await start(loadOf(data), 'build');
    const [latest, earliest] = await earlierRuns(client, SCHEMA, 'fleet');
    const { who = '', ...run } = earliest!;
    const { scenarioHash, seed, algorithmVersion, rows, vehicles, days, firstDay, intervalMs, firstRecordId } = data;
    assert.deepEqual(run, {
      ...{ scenarioHash, seed, algorithmVersion, rows, vehicles, days, firstDay, intervalMs, firstRecordId },
      ...{ runId: first.runId, suffix: runSuffix(first.runId), state: 'running', mode: 'joint', replaces: null },
      ...{ truth: true, from: 500, to: 1500, resumable: false, keepPrevious: 2 },
    });
    assert.match(who, new RegExp(`^process ${process.pid} on \\S+, since \\S+ \\S+ UTC$`));
    assert.equal(latest!.runId, second.runId);
  });

  it('keeps what a load that is over became', async () => {
    const load = await ended(await started(1), 'done');
    await endRun(client, SCHEMA, load.runId, 'failed');
    assert.equal(await stateOf(load), 'done');
    assert.equal(await runState(client, SCHEMA, 'none'), undefined);
  });

  it('knows who goes on with a load, which is then kept when interrupted', async () => {
    const load = await started(1);
    await client.query("UPDATE fleetgen_run SET pid = 1, host = 'other'");
    await adoptRun(client, SCHEMA, load.runId);
    const [run] = await earlierRuns(client, SCHEMA, 'fleet');
    assert.equal(run!.resumable, true);
    assert.match(run!.who, new RegExp(`^process ${process.pid} on `));
  });

  describe('of a shard', () => {
    it('gives its digest back', async () => {
      const load = await started(2);
      assert.deepEqual(
        await committed(load),
        new Map([
          [0, digestOf(500)],
          [1, digestOf(500)],
        ]),
      );
      assert.deepEqual([...(await committed(load, load.shards.slice(1, 3))).keys()], [1]);
      assert.deepEqual(await committed(load, []), new Map());
    });

    it('takes its digest once', async () => {
      const load = await started(1);
      await assert.rejects(recordShard(client, SCHEMA, load.runId, load.shards[0]!, digestOf(500)), {
        code: 'PG_SHARD_STANDS',
        exitCode: 1,
        message: /^records 0:500 are already loaded/,
      });
    });

    it('takes none once the load has ended', async () => {
      const load = await ended(await started(1), 'failed');
      await assert.rejects(recordShard(client, SCHEMA, load.runId, load.shards[1]!, digestOf(500)), {
        code: 'PG_RUN_ENDED',
        exitCode: 1,
      });
    });

    it("passes the server's own errors on", async () => {
      const load = await started(0);
      const wrong = { ...digestOf(500), rows: 0.5 };
      await assert.rejects(recordShard(client, SCHEMA, load.runId, load.shards[0]!, wrong), { code: '22P02' });
    });

    const moved = ({ from, to }: { from: number; to: number }) => [
      { index: 0, from: from + 1, to },
      { index: 0, from, to: to - 1 },
      { index: 1, from, to },
    ];
    for (const [i, what] of ['another start', 'another end', 'another number'].entries()) {
      it(`is refused with ${what}`, async () => {
        const load = await started(1);
        const shard = moved(load.shards[0]!)[i]!;
        const others = [{ index: -1, from: 0, to: 0 }, shard];
        await assert.rejects(committed(load, shard.index === 0 ? [shard] : others), {
          code: 'PG_OTHER_SHARDS',
          exitCode: 2,
        });
      });
    }

    it('gives the counts of labels back, in the order of shards, for those that have some', async () => {
      const load = await started(0);
      await client.query(
        `INSERT INTO fleetgen_shard (run_id, shard_index, range_from, range_to, rows, bytes, digest, labels)
         SELECT $1, i, i, i + 1, 1, 1, '', CASE WHEN i % 3 > 0 THEN int4send(i) END FROM generate_series(1200, 0, -1) i`,
        [load.runId],
      );
      const found: number[] = [];
      for await (const labels of committedLabels(client, SCHEMA, load.runId))
        found.push(Buffer.from(labels).readInt32BE());
      assert.deepEqual(
        found,
        numbers(0, 1201).filter((i) => i % 3 > 0),
      );
    });
  });

  describe('of a whole load', () => {
    const complete = (load: Load) => checkComplete(client, SCHEMA, load);

    it('is content with all its records', async () => {
      const load = await started(4);
      assert.equal(await rowsOf(load), 2000);
      await complete(load);
    });

    it('misses a shard', async () => {
      const load = await started(3);
      assert.equal(await rowsOf(load), 1500);
      await assert.rejects(complete(load), {
        code: 'PG_SHARDS_LOST',
        exitCode: 1,
        message: /counts 1500 rows .* has 2000/,
      });
      assert.equal(await rowsOf(await started(0)), 0);
    });

    it('notices too few rows, and shards that are not its own', async () => {
      const lost = { code: 'PG_ROWS_LOST', exitCode: 1 };
      const load = await started(4);
      await client.query('UPDATE fleetgen_shard SET rows = 499 WHERE shard_index = 2');
      await assert.rejects(complete(load), lost);
      await client.query('UPDATE fleetgen_shard SET rows = 500');
      await recordShard(client, SCHEMA, load.runId, { index: 4, from: 2000, to: 2000 }, digestOf(0));
      await assert.rejects(complete(load), lost);
    });

    it('counts the rows that are missing from the table that lacks most', async () => {
      const load = await started(2);
      const lost = () =>
        countLostRows(client, SCHEMA, { ...load, firstRecordId: 100 }, [
          FLEET,
          { schema: SCHEMA, table: 'fleet_truth' },
        ]);
      await client.query(`CREATE TABLE fleet AS SELECT g::bigint AS record_id FROM generate_series(100, 1099) g;
        CREATE TABLE fleet_truth AS TABLE fleet`);
      assert.equal(await lost(), 0);
      await client.query(
        'DELETE FROM fleet WHERE record_id IN (100, 1099); DELETE FROM fleet_truth WHERE record_id < 105',
      );
      assert.equal(await lost(), 5);
      // Records of others, before and after the range.
      await client.query(
        'INSERT INTO fleet_truth SELECT generate_series(0, 99) UNION ALL SELECT generate_series(2100, 2200)',
      );
      assert.equal(await lost(), 5);
    });
  });

  describe('of other loads', () => {
    it('gives up builds in progress of the table alone', async () => {
      const [build, append, elsewhere] = [
        await started(2, 'build'),
        await started(2),
        await started(2, 'build', 'other'),
      ];
      const done = await ended(await started(2, 'build'), 'done');
      await abandonBuilds(client, SCHEMA, 'fleet');
      const states: [Load, RunState, number][] = [
        [build, 'failed', 0],
        [append, 'running', 1000],
        [elsewhere, 'running', 1000],
        [done, 'done', 1000],
      ];
      for (const [load, state, rows] of states)
        assert.deepEqual([await stateOf(load), await rowsOf(load)], [state, rows]);
      await client.query('CREATE SCHEMA none');
      await abandonBuilds(client, 'none', 'fleet');
    });

    for (const keeps of [false, true]) {
      it(`marks them as replaced, and ${keeps ? 'keeps' : 'drops'} the shards of those whose table is kept`, async () => {
        const [running, done] = [await started(2), await ended(await started(2), 'done')];
        const failed = await ended(await started(2), 'failed');
        const [own, elsewhere] = [await started(2), await started(2, 'append', 'other')];
        await supersedeRuns(client, SCHEMA, 'fleet', own.runId, keeps);
        const states: [Load, RunState, number][] = [
          [running, 'replaced', 0],
          [done, 'replaced', keeps ? 1000 : 0],
          [failed, 'failed', 0],
          [own, 'running', 1000],
          [elsewhere, 'running', 1000],
        ];
        for (const [load, state, rows] of states) {
          assert.deepEqual([await stateOf(load), await rowsOf(load)], [state, rows]);
        }
      });
    }
  });

  describe('of a load that is undone', () => {
    for (const truth of [false, true]) {
      it(`deletes what it appended, ${truth ? 'with' : 'without'} its truth`, async () => {
        await makeTables('fleet', 'fleet_truth');
        const load = await start({ ...loadOf(data), truth });
        for (const shard of load.shards.slice(1, 3)) {
          await recordShard(client, SCHEMA, load.runId, shard, digestOf(500));
        }
        const others = [...numbers(0, 500), ...numbers(1500, 2000)];
        assert.deepEqual(await undoRun(client, FLEET, load, []), []);
        assert.deepEqual(await ids('fleet'), others);
        assert.deepEqual(await ids('fleet_truth'), truth ? others : numbers(0, 2000));
        assert.deepEqual([await stateOf(load), await rowsOf(load)], ['failed', 0]);
      });
    }

    it('counts its records from the first record_id', async () => {
      await makeTables('fleet');
      const load = await start(loadOf(dataset(500, { firstRecordId: 700 }), 0, 500));
      await recordShard(client, SCHEMA, load.runId, load.shards[0]!, digestOf(500));
      await undoRun(client, FLEET, load, []);
      assert.deepEqual(await ids('fleet'), [...numbers(0, 700), ...numbers(1200, 2000)]);
    });

    it('leaves one that is done alone', async () => {
      await makeTables('fleet');
      const load = await ended(await started(4), 'done');
      await undoRun(client, FLEET, load, []);
      assert.deepEqual([await stateOf(load), await rowsOf(load), (await ids('fleet')).length], ['done', 2000, 2000]);
    });

    it('has nothing to delete where the load never began', async () => {
      assert.deepEqual(await undoRun(client, FLEET, loadOf(data), []), []);
      assert.deepEqual(await undoRun(client, { ...FLEET, schema: 'none' }, loadOf(data), []), []);
    });
  });

  it('keeps an interrupted load that has shards, and says so', async () => {
    const [some, none] = [await started(1), await started(0)];
    const keep = (load: Load, schema = SCHEMA) => suspendRun(client, { ...FLEET, schema }, load, []);
    assert.deepEqual([await keep(some), await keep(none), await keep(some, 'none')], [true, false, false]);
    const runs = await earlierRuns(client, SCHEMA, 'fleet');
    assert.deepEqual(
      runs.map(({ runId, resumable }) => [runId, resumable]),
      [
        [none.runId, false],
        [some.runId, true],
      ],
    );
  });
});
