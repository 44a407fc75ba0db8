/** What readers of a table see while it is replaced, and what is kept of the old one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  connect,
  dataset,
  loadOf,
  query,
  runLoad,
  startServer,
  type TestServer,
  tables,
  target,
  value,
} from '../../postgres-fixture.js';

describe('a table that is replaced', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const standing = async (rows: number) => {
    url = await server.database();
    await runLoad(url, loadOf(dataset(rows)));
  };
  const olds = async () => (await tables(url)).filter((name) => /^fleet__old_[0-9a-f]{8}$/.test(name));

  it('is never seen empty by a transaction older than the load', async () => {
    await standing(100);
    const reader = await connect(url);
    // A snapshot, but no access to the table yet.
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1');
    let replaced = false;
    const replacing = runLoad(url, loadOf(dataset(200)), { ifExists: 'replace' }).then(() => {
      replaced = true;
    });
    replacing.catch(() => undefined);
    const waiting = `SELECT count(*)::int FROM pg_locks WHERE locktype = 'virtualxid' AND NOT granted`;
    while ((await value(url, waiting)) === 0) assert.equal(replaced, false);
    assert.equal((await reader.query('SELECT count(*) FROM fleet')).rows[0].count, '100');
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '100');
    await reader.query('COMMIT');
    await replacing;
    assert.equal((await reader.query('SELECT count(*) FROM fleet')).rows[0].count, '200');
    await reader.end();
  });

  it('is not replaced if such a transaction does not end, and the load is kept for later', async () => {
    await standing(100);
    const reader = await connect(url);
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1');
    await assert.rejects(runLoad(url, loadOf(dataset(200)), { ifExists: 'replace', swapTimeoutMs: 300 }), {
      exitCode: 1,
      code: 'PG_SWAP_BUSY',
      message: /transaction from before this load is still open \(backend \d+ .*--if-exists resume/,
    });
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '100');
    await reader.query('COMMIT');
    await reader.end();
    const place = target(url, { ifExists: 'resume' });
    await place.open(loadOf(dataset(200)));
    await place.finish();
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '200');
    assert.deepEqual(
      (await tables(url)).filter((name) => name.includes('__')),
      [],
    );
  });

  it('is kept as often as requested, with its key and its vehicles', async () => {
    await standing(100);
    for (const rows of [200, 300, 400]) {
      await runLoad(url, loadOf(dataset(rows)), { ifExists: 'replace', keepPrevious: 2 });
    }
    const counts = await Promise.all((await olds()).map((name) => value(url, `SELECT count(*) FROM "${name}"`)));
    assert.deepEqual(counts.sort(), ['200', '300']);
    assert.equal((await tables(url)).filter((name) => /^fleet_vehicle__old_[0-9a-f]{8}_pkey$/.test(name)).length, 2);
    await runLoad(url, loadOf(dataset(500)), { ifExists: 'replace', keepPrevious: 1 });
    assert.deepEqual(await Promise.all((await olds()).map((name) => value(url, `SELECT count(*) FROM "${name}"`))), [
      '400',
    ]);
    await runLoad(url, loadOf(dataset(600)), { ifExists: 'replace' });
    assert.deepEqual(await olds(), []);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '600');
    assert.equal((await query(url, 'TABLE fleet_vehicle LIMIT 1')).length, 1);
  });
});
