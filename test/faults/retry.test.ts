/** Loads with a failing server and network: they end correctly, with each record in the table once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { planDataset } from '#src/plan/dataset.js';
import { runLoad } from '#src/run/coordinator.js';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import type { RunEvent } from '#src/run/progress/run-events.js';
import { createPostgresTarget } from '#src/sinks/postgres/postgres-target.js';
import { query, tables, value } from '../integration/postgres-fixture.js';
import { type FaultyServer, startFaultyServer } from './faulty-server.js';
import { openProxy } from './proxy.js';

const ROWS = 400_000;

describe('a load under faults', () => {
  let server: FaultyServer;
  let digest = '';
  before(async () => {
    server = await startFaultyServer();
    ({ digest } = await generate({ rows: ROWS, to: await server.database() }));
  });
  after(() => server.stop());

  /** Runs the load; while it copies, `harm` is done again and again. */
  const load = async (url: string, harm: () => Promise<void>, options: GenerateOptions = {}) => {
    const events: RunEvent[] = [];
    let ended = false;
    const running = generate({
      rows: ROWS,
      to: url,
      table: 'fleet',
      workers: 2,
      ...options,
      onEvent: (e) => events.push(e),
    });
    const done = running.finally(() => {
      ended = true;
    });
    done.catch(() => undefined);
    while (!ended && !events.some((event) => event.kind === 'shard')) await sleep(20);
    while (!ended) await harm();
    return { summary: await done, retries: events.filter((event) => event.kind === 'retry') };
  };

  const whole = async (url: string, summary: { readonly digest: string }) => {
    assert.equal(summary.digest, digest);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), String(ROWS));
    assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM fleet'), String(ROWS));
    assert.equal(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'), String(ROWS));
    assert.deepEqual(
      (await tables(url)).filter((name) => name.includes('__')),
      [],
    );
  };

  it('stops with a message when no shard can complete, and resumes correctly', async (t) => {
    const url = await server.database();
    const proxy = await openProxy(Number(new URL(url).port));
    t.after(() => proxy.close());
    const through = new URL(url);
    through.port = String(proxy.port);
    const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });
    const place = {
      connection: through.href,
      schema: 'public',
      table: 'fleet',
      ifExists: 'resume',
      format: 'pgbinary',
    } as const;
    const retry = { deadlineMs: 2500, firstPauseMs: 50, longestPauseMs: 200 };
    let committed = 0;
    const onEvent = ({ kind }: RunEvent) => {
      if (kind === 'shard' && ++committed === 2) proxy.cutAfter(1 << 20);
    };
    const target = createPostgresTarget(place);
    await assert.rejects(runLoad({ dataset, from: 0, to: ROWS, target, workers: 2, retry, onEvent }), {
      exitCode: 1,
      code: 'PG_CONNECTION_LOST',
      message: /tried for \d+ s; the records that are in stay: run the same command again to load the rest$/,
    });
    const summary = await generate({ rows: ROWS, to: url, table: 'fleet', ifExists: 'resume' });
    assert.ok(summary.rowsSkipped > 0 && summary.rows > 0);
    await whole(url, summary);
  });

  it("ends correctly when the coordinator's session is terminated", async () => {
    const url = await server.database();
    let ended = 0;
    const { summary } = await load(url, async () => {
      if (ended === 0) {
        const locked = `SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
        ended += (await query(url, `SELECT pg_terminate_backend(pid) FROM (${locked}) l`)).length;
      }
      await sleep(20);
    });
    assert.equal(ended, 1);
    await whole(url, summary);
  });

  it('ends correctly when the server crashes, even if it loses commits', async () => {
    const url = await server.database();
    let crashes = 0;
    const { summary, retries } = await load(url, async () => {
      if (crashes < 3 && (await server.crash(url))) {
        crashes++;
        await sleep(1500);
      }
      await sleep(20);
    });
    await whole(url, summary);
    assert.ok(crashes > 0 && retries.length > 0);
  });

  it('ends correctly when the server is stopped immediately and restarted', async () => {
    const url = await server.database();
    let restarts = 0;
    const { summary, retries } = await load(url, async () => {
      if (restarts++ < 2) await server.restart(500);
      await sleep(500);
    });
    await whole(url, summary);
    assert.ok(retries.length > 0);
  });

  it('ends correctly with a slow network that resets connections', async (t) => {
    const url = await server.database();
    const proxy = await openProxy(Number(new URL(url).port));
    t.after(() => proxy.close());
    const through = new URL(url);
    through.port = String(proxy.port);
    let resets = 0;
    const { summary, retries } = await load(through.href, async () => {
      proxy.delay(5);
      if (resets++ < 5) proxy.reset();
      await sleep(400);
    });
    await whole(url, summary);
    assert.ok(retries.length > 0);
  });

  for (const fault of ['freeze', 'halfOpen'] as const) {
    it(`ends correctly when connections stall: ${fault}`, async (t) => {
      const url = await server.database();
      const proxy = await openProxy(Number(new URL(url).port));
      t.after(() => proxy.close());
      const through = new URL(url);
      through.port = String(proxy.port);
      const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });
      let retries = 0;
      let shards = 0;
      const target = createPostgresTarget({
        connection: through.href,
        schema: 'public',
        table: 'fleet',
        ifExists: 'fail',
        format: 'pgbinary',
        stallMs: 1500,
      });
      const onEvent = ({ kind }: RunEvent) => {
        if (kind === 'shard' && ++shards === 2) proxy[fault]();
        if (kind === 'retry') retries++;
      };
      const summary = await runLoad({ dataset, from: 0, to: ROWS, target, workers: 2, onEvent });
      await whole(url, summary);
      assert.ok(retries > 0);
    });
  }

  it('does not retry permanent errors', async () => {
    const url = await server.database();
    await generate({ rows: 1000, to: url, table: 'fleet' });
    await query(
      url,
      `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '42501'; END $$;
       CREATE TRIGGER no BEFORE INSERT ON fleet EXECUTE FUNCTION no()`,
    );
    const events: RunEvent[] = [];
    const append = generate({
      rows: 1000,
      to: url,
      table: 'fleet',
      ifExists: 'append',
      firstRecordId: 1000,
      onEvent: (event) => events.push(event),
    });
    await assert.rejects(append, { code: 'PG_PERMISSION', exitCode: 1 });
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['opened', 'failed'],
    );
  });
});
