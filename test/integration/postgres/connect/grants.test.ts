/** The grants that SECURITY.md says suffice, and no more, for a role that appends to another role's table. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import { tableRows } from '#src/stream/feeds/arrived-rows.js';
import { checkTable } from '#src/verify/exact/check-table.js';
import { partsFromLedger } from '#src/verify/exact/rows/parts-from-ledger.js';
import { tableRows as storedRows } from '#src/verify/stored-rows.js';
import { blockOf } from '../../../docs/markdown.js';
import {
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

describe('a role that only appends', () => {
  let server: TestServer;
  let url: string;
  let own: string;
  before(async () => {
    server = await startServer();
    url = await server.database();
    await runLoad(url, loadOf(dataset(500)));
    const role = new URL(url);
    role.username = 'appender';
    role.password = 'secret';
    own = role.href;
    const text = await readFile(new URL('../../../../../SECURITY.md', import.meta.url), 'utf8');
    const grants = /```sql\n(?<sql>-- A role that only appends[\s\S]*?)```/.exec(text)!.groups!.sql!;
    assert.equal(grants.match(/^GRANT/gm)!.length, 5);
    await query(
      url,
      `CREATE ROLE appender LOGIN PASSWORD 'secret'; ${grants.replaceAll('fleet_telemetry', 'fleet').replaceAll('mydb', new URL(url).pathname.slice(1))}`,
    );
  });
  after(() => server.stop());

  it('can load, be interrupted and resume', async () => {
    await runLoad(own, loadOf(dataset(1000, { firstRecordId: 500 })), { ifExists: 'append' });
    for (const ifExists of ['append', 'resume'] as const) {
      const load = loadOf(dataset(1000, { firstRecordId: 1500 }));
      const place = target(own, { ifExists });
      await place.open(load);
      const sink = sinkOf(place, load);
      await loadShard(sink, load.dataset, load.shards[0]!);
      await sink.close();
      await place.abort();
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), ifExists === 'append' ? '1500' : '2000');
    }
  });

  it('cannot replace the table', async () => {
    await assert.rejects(runLoad(own, loadOf(dataset(10)), { ifExists: 'replace' }), {
      exitCode: 1,
      code: 'PG_PERMISSION',
      message: /belongs to fleetgen/,
    });
  });

  it('is told the GRANT for each missing privilege, before anything is changed', async () => {
    const lacking: [revoke: string, grant: RegExp, ifExists: 'append' | 'fail'][] = [
      ['INSERT, DELETE ON fleet FROM', /GRANT INSERT, DELETE ON "public"\."fleet" TO appender;/, 'append'],
      ['INSERT ON fleet_vehicle FROM', /GRANT INSERT ON "public"\."fleet_vehicle" TO appender;/, 'append'],
      ['UPDATE ON fleetgen_run FROM', /GRANT UPDATE ON "public"\."fleetgen_run" TO appender;/, 'append'],
      ['SELECT ON fleetgen_run FROM', /GRANT SELECT ON "public"\."fleetgen_run" TO appender;/, 'append'],
      ['CREATE ON SCHEMA public FROM', /GRANT CREATE ON SCHEMA "public" TO appender;/, 'fail'],
      ['USAGE ON SCHEMA public FROM PUBLIC,', /GRANT USAGE ON SCHEMA "public" TO appender;/, 'append'],
      [
        `TEMPORARY ON DATABASE ${new URL(url).pathname.slice(1)} FROM PUBLIC,`,
        /GRANT TEMPORARY ON DATABASE test_1 TO appender;/,
        'append',
      ],
    ];
    const runs = () => value(url, 'SELECT count(*) FROM fleetgen_run');
    const before = await runs();
    let firstRecordId = 100_000;
    for (const [revoke, grant, ifExists] of lacking) {
      firstRecordId += 1000;
      const load = () =>
        runLoad(own, loadOf(dataset(500, { firstRecordId })), {
          ifExists,
          table: ifExists === 'fail' ? 'another' : 'fleet',
        });
      await query(url, `REVOKE ${revoke} appender`);
      let statement = '';
      await assert.rejects(load(), (error: Error & { code: string; exitCode: number }) => {
        assert.deepEqual([error.code, error.exitCode], ['PG_PERMISSION', 1]);
        assert.match(error.message, grant);
        [, statement = ''] = /have the owner run (.*); or connect/.exec(error.message)!;
        return true;
      });
      assert.equal(await runs(), before);
      // The statement is sufficient.
      await query(url, statement);
    }
    await runLoad(own, loadOf(dataset(500, { firstRecordId: 200_000 })), { ifExists: 'append' });
    await runLoad(own, loadOf(dataset(500)), { table: 'another' });
  });

  it('is told the GRANT that it needs for reading', async () => {
    const connection = connectionOf(own, {});
    const ref = { schema: 'public', table: 'fleet' };
    const refusals = async () => {
      const stream = async () => (await tableRows(TELEMETRY, connection, ref).next()).value;
      const exact = () => checkTable({ connection, ref, parts: [], sample: 0, workers: 1 });
      const realism = async () => (await storedRows(dataset(500), connection, ref).next()).value;
      return Promise.all(
        [stream, exact, realism].map((read) =>
          read().then(
            () => '',
            (error: Error) => error.message,
          ),
        ),
      );
    };
    await query(url, 'REVOKE SELECT ON fleet FROM appender');
    for (const message of await refusals())
      assert.match(message, /run GRANT SELECT ON "public"\."fleet" TO appender; or/);
    await query(url, 'GRANT SELECT ON fleet TO appender');
    assert.deepEqual(await refusals(), ['', '', '']);
    await query(url, 'REVOKE SELECT ON fleetgen_run FROM appender');
    await assert.rejects(partsFromLedger(connection, ref, undefined), {
      message: /GRANT SELECT ON "public"\."fleetgen_run"/,
    });
    await query(url, 'GRANT SELECT ON fleetgen_run TO appender');
  });
});

describe('a role that loads and replaces', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it('needs what SECURITY.md grants it, and that suffices', async () => {
    const url = await server.database();
    const database = new URL(url).pathname.slice(1);
    const own = Object.assign(new URL(url), { username: 'loader', password: 'secret' }).href;
    await query(url, `CREATE ROLE loader LOGIN PASSWORD 'secret'; REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    await assert.rejects(runLoad(own, loadOf(dataset(500))), { code: 'PG_PERMISSION' });
    const grants = blockOf(
      'SECURITY.md',
      'sql',
      'What a role needs on your server',
      '-- A role that loads and replaces',
    );
    await query(url, grants.replaceAll('mydb', database));
    await runLoad(own, loadOf(dataset(500)));
    await runLoad(own, loadOf(dataset(600)), { ifExists: 'replace', keepPrevious: 1 });
    assert.equal(await value(own, 'SELECT count(*) FROM fleet'), '600');
  });
});
