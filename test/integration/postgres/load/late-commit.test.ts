/** A commit that takes effect after its load has given up on it: the shard counts once, and nothing is undone. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { runLoad } from '#src/run/coordinator.js';
import { generate } from '#src/run/generate.js';
import type { RunEvent } from '#src/run/progress/run-events.js';
import { createPostgresTarget } from '#src/sinks/postgres/postgres-target.js';
import { openProxy } from '../../../faults/proxy.js';
import { connect, query, startServer, type TestServer, value } from '../../postgres-fixture.js';

/** The first commit of a shard waits for a lock that the test holds until the load has given it up. */
const SLOW_COMMIT = `CREATE SEQUENCE commits;
  CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('commits') = 1 THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON fleetgen_shard DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow()`;

const COMMITTING = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND classid = 0 AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

describe('a commit whose answer is lost', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  for (const ifExists of ['append', 'replace'] as const) {
    it(`counts as done where the next attempt meets its rows: ${ifExists}`, async (t) => {
      const url = await server.database();
      await generate({ rows: 1000, to: url, table: 'fleet' });
      await query(url, SLOW_COMMIT);
      const more = { seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 3000, firstRecordId: 5000 };
      const dataset = planDataset(more);
      const holder = await connect(url);
      t.after(() => holder.end());
      await holder.query('SELECT pg_advisory_lock(1)');
      const retries: string[] = [];
      const onEvent = (event: RunEvent) => {
        if (event.kind !== 'retry') return;
        retries.push(event.code);
        void holder.query('SELECT pg_advisory_unlock_all()');
      };
      const proxy = await openProxy(Number(new URL(url).port));
      t.after(() => proxy.close());
      const through = new URL(url);
      through.port = String(proxy.port);
      const connection = through.href;
      const target = createPostgresTarget({ connection, schema: 'public', table: 'fleet', ifExists, stallMs: 800 });
      const loading = runLoad({ dataset, from: 0, to: 3000, target, workers: 1, onEvent });
      loading.catch(() => undefined);
      while ((await query(url, COMMITTING)).length === 0);
      proxy.freeze();
      const summary = await loading;
      assert.equal(summary.rows, 3000);
      assert.equal(retries[0], 'PG_STALLED');
      const added = 'SELECT count(*) FROM fleet WHERE record_id BETWEEN 5000 AND 7999';
      assert.equal(await value(url, added), '3000');
      assert.equal(
        await value(url, `SELECT count(*) FROM fleetgen_run WHERE state = 'done' AND first_record_id = 5000`),
        '1',
      );
    });
  }
});
