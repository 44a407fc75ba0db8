/** The grants that SECURITY.md says suffice, and no more, for a role that appends to a table of someone else. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { blockOf } from '../docs/markdown.js';
import {
  dataset,
  laneOf,
  loadOf,
  loadShard,
  query,
  runLoad,
  startServer,
  type TestServer,
  target,
  value,
} from './postgres-fixture.js';

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
    const text = await readFile(new URL('../../../SECURITY.md', import.meta.url), 'utf8');
    const grants = /```sql\n(?<sql>-- A role that only appends[\s\S]*?)```/.exec(text)!.groups!.sql!;
    assert.equal(grants.match(/^GRANT/gm)!.length, 5);
    await query(
      url,
      `CREATE ROLE appender LOGIN PASSWORD 'secret'; ${grants.replaceAll('fleet_telemetry', 'fleet').replaceAll('mydb', new URL(url).pathname.slice(1))}`,
    );
  });
  after(() => server.stop());

  it('can load, be stopped and resume', async () => {
    await runLoad(own, loadOf(dataset(1000, { firstRecordId: 500 })), { ifExists: 'append' });
    for (const ifExists of ['append', 'resume'] as const) {
      const load = loadOf(dataset(1000, { firstRecordId: 1500 }));
      const place = target(own, { ifExists });
      await place.open(load);
      const lane = laneOf(place, load);
      await loadShard(lane, load.dataset, load.shards[0]!);
      await lane.close();
      await place.abort();
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), ifExists === 'append' ? '1500' : '2000');
    }
  });

  it('can not replace the table', async () => {
    await assert.rejects(runLoad(own, loadOf(dataset(10)), { ifExists: 'replace' }), {
      exitCode: 1,
      code: 'PG_PERMISSION',
      message: /belongs to fleetgen/,
    });
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
