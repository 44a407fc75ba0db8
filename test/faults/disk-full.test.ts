/** A full disk, of the server and of the client: a clear error, and nothing half. Needs to mount a small file system. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { generate } from '../../src/run/generate.js';
import { query, relations, startServer, type TestServer, tables, value } from '../integration/postgres-fixture.js';

const ROWS = 400_000;
const canMount = process.getuid?.() === 0 && mounted(mkdtempSync(join(tmpdir(), 'fleetgen-mount-')), true);

function mounted(folder: string, probe = false): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', folder], { stdio: 'pipe' });
    if (probe) unmount(folder);
    return true;
  } catch {
    if (probe) rmSync(folder, { recursive: true });
    return false;
  }
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}

describe('a full disk', { skip: canMount ? false : 'mounting is not allowed here' }, () => {
  let small = '';
  before(() => {
    small = mkdtempSync(join(tmpdir(), 'fleetgen-small-'));
    assert.ok(mounted(small));
  });
  after(() => unmount(small));
  const resize = (size: string) => execFileSync('mount', ['-o', `remount,size=${size}`, small]);

  for (const name of ['fleet.csv', 'fleet.csv.gz']) {
    it(`under ${name} ends the load, and leaves no file`, async () => {
      await assert.rejects(generate({ rows: ROWS * 3, to: join(small, name) }), { exitCode: 1, message: /full|space/ });
      assert.deepEqual(readdirSync(small), []);
    });
  }

  describe('of the server', () => {
    let server: TestServer;
    let url: string;
    before(async () => {
      resize('80m');
      server = await startServer();
      url = await server.database();
      const { uid, gid } = statSync(String(await value(url, 'SHOW data_directory')));
      chownSync(small, uid, gid);
      await query(url, `CREATE TABLESPACE small LOCATION '${small}'`);
      await query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_tablespace = small`);
    });
    after(async () => {
      await server.stop();
    });

    it('ends the load at once, and leaves the table as it was', async () => {
      await generate({ rows: 1000, to: url, table: 'fleet' });
      const before = await relations(url);
      let retries = 0;
      const load = generate({
        rows: ROWS,
        to: url,
        table: 'fleet',
        ifExists: 'replace',
        onEvent: ({ kind }) => {
          if (kind === 'retry') retries++;
        },
      });
      await assert.rejects(load, { exitCode: 1, code: 'PG_DISK_FULL', message: /disk .*is full.*free space/ });
      assert.equal(retries, 0);
      assert.deepEqual(await relations(url), before);
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1000');
    });

    it('keeps what a load with resume committed, which goes on when there is room', async () => {
      const load = () => generate({ rows: ROWS, to: url, table: 'more', ifExists: 'resume', workers: 1 });
      await assert.rejects(load(), { exitCode: 1, code: 'PG_DISK_FULL', message: /run the same command again/ });
      const kept = Number(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'));
      resize('512m');
      const { rows, rowsSkipped } = await load();
      assert.equal(rows + rowsSkipped, ROWS);
      assert.equal(rowsSkipped, kept - 1000);
      assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM more'), String(ROWS));
      assert.deepEqual(
        (await tables(url)).filter((name) => name.includes('__')),
        [],
      );
    });
  });
});
