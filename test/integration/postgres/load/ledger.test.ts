/** The ledger is checked against the tables. */
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
  runLoad,
  startServer,
  type TestServer,
  target,
  value,
} from '../../postgres-fixture.js';

const data = dataset(2000);

describe('a ledger that contradicts the tables', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const interrupted = async (load: Load, ifExists: 'fail' | 'append') => {
    await beginLoad(url, load, { ifExists }, 2);
    await query(url, END_SESSIONS);
  };
  const refused = async (load: Load, message: RegExp) => {
    const place = target(url, { ifExists: 'resume' });
    await assert.rejects(place.open(load), { exitCode: 2, code: 'PG_ROWS_GONE', message });
    await place.abort();
  };

  const losses: [what: string, sql: string, message: RegExp][] = [
    ['was emptied', 'TRUNCATE fleet', /^2000 records of "public"."fleet" .*--if-exists replace$/],
    ['lost a row', 'DELETE FROM fleet WHERE record_id = 1234', /^1 records of/],
    [
      'was dropped and made again',
      'CREATE TABLE f (LIKE fleet); DROP TABLE fleet; ALTER TABLE f RENAME TO fleet',
      /^2000/,
    ],
    ['lost its vehicles', 'DROP TABLE fleet_vehicle', /^the vehicles of/],
  ];
  for (const [what, sql, message] of losses) {
    it(`is not resumed as done if the table ${what}`, async () => {
      url = await server.database();
      await runLoad(url, loadOf(data));
      await query(url, sql);
      await refused(loadOf(data), message);
      await runLoad(url, loadOf(data), { ifExists: 'replace' });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
    });
  }

  it('is not resumed if committed rows of the table being built are missing', async () => {
    url = await server.database();
    await interrupted(loadOf(data), 'fail');
    const build = (await relations(url)).find((name) => /^fleet__new_[0-9a-f]{8}$/.test(name))!;
    await query(url, `DELETE FROM "${build}" WHERE record_id = 7`);
    await refused(loadOf(data), /^1 records of "public"."fleet__new_/);
  });

  it('is not resumed if appended rows are missing', async () => {
    url = await server.database();
    await runLoad(url, loadOf(data));
    const more = dataset(1500, { firstRecordId: 2000 });
    await interrupted(loadOf(more), 'append');
    await query(url, 'TRUNCATE fleet');
    await refused(loadOf(more), /^1000 records of/);
  });

  it('with another layout is rejected, and nothing is changed', async () => {
    url = await server.database();
    await runLoad(url, loadOf(data));
    await query(url, 'ALTER TABLE fleetgen_shard DROP COLUMN truth_digest');
    const before = await relations(url);
    for (const ifExists of ['fail', 'append', 'replace', 'resume'] as const) {
      await assert.rejects(runLoad(url, loadOf(dataset(100, { firstRecordId: 5000 })), { ifExists, table: 'other' }), {
        exitCode: 2,
        code: 'PG_LEDGER_LAYOUT',
        message: /"fleetgen_shard" .* no column truth_digest.*DROP TABLE/,
      });
    }
    assert.deepEqual(await relations(url), before);
  });
});
