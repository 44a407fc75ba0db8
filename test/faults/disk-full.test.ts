/**
 * A full disk, for the server and for the client, gives a clear error and leaves nothing half done. Uses a small disk
 * if one is available, and a limit on the size of files otherwise.
 */
import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openEmbedded } from '#src/embedded/open.js';
import { resetEmbedded, stopEmbedded } from '#src/embedded/stop.js';
import { generate } from '#src/run/generate.js';
import { CLI, runProgram } from '../cli/run-cli.js';
import { query, relations, startServer, tables, value } from '../integration/postgres-fixture.js';
import { openSmallDisk } from './small-disk.js';

/** Into a database some 40 MB with its index. */
const ROWS = 150_000;
/** As CSV 200 MB, compressed 40. */
const FILE_ROWS = 1_200_000;
/** More than one shard of the database's, less than all of them. */
const ROOM_MIB = 20;
const FILES = ['fleet.csv', 'fleet.csv.gz'];

interface CrampedServer {
  readonly url: string;
  /** From then on there is room for all; returns the URL, which may be another. */
  makeRoom(): Promise<string>;
  stop(): Promise<void>;
}

/** A load without space fails at once and leaves the table unchanged; one with resume continues when there is space. */
function crampedLoads(open: () => Promise<CrampedServer>, code: string, says: RegExp): void {
  let server: CrampedServer;
  let url: string;
  before(async () => {
    server = await open();
    ({ url } = server);
  });
  after(() => server.stop());

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
    await assert.rejects(load, { exitCode: 1, code, message: says });
    assert.equal(retries, 0);
    assert.deepEqual(await relations(url), before);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1000');
  });

  it('keeps the committed shards of a load with resume, which continues when there is room', async () => {
    const load = () => generate({ rows: ROWS, to: url, table: 'more', ifExists: 'resume', workers: 1 });
    await assert.rejects(load(), { exitCode: 1, code, message: /run the same command again/ });
    const kept = Number(await value(url, 'SELECT sum(rows) FROM fleetgen_shard'));
    url = await server.makeRoom();
    const { rows, rowsSkipped } = await load();
    assert.equal(rows + rowsSkipped, ROWS);
    assert.ok(rowsSkipped > 0);
    assert.equal(rowsSkipped, kept - 1000);
    assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM more'), String(ROWS));
    assert.deepEqual(
      (await tables(url)).filter((name) => name.includes('__')),
      [],
    );
  });
}

const disk = openSmallDisk();
const NO_DISK = 'NOT TESTED: no small disk here, as mounting is not allowed and no small tmpfs stands';
if (disk === undefined) process.stderr.write(`${NO_DISK}\n`);

describe('a full disk', { skip: disk === undefined && NO_DISK }, () => {
  before(() => disk!.leave(ROOM_MIB));
  after(() => disk!.close());

  for (const name of FILES) {
    it(`under ${name} ends the load, and leaves no file`, async () => {
      const load = generate({ rows: FILE_ROWS, to: join(disk!.folder, name) });
      await assert.rejects(load, { exitCode: 1, code: 'DISK_FULL', message: /no space left/ });
      assert.deepEqual(readdirSync(disk!.folder), []);
    });
  }

  it('under a folder ends the load, and leaves nothing of it', async () => {
    const load = generate({ rows: FILE_ROWS, to: join(disk!.folder, 'out/'), format: 'csv' });
    await assert.rejects(load, { exitCode: 1, code: 'DISK_FULL', message: /no space left/ });
    assert.deepEqual(readdirSync(disk!.folder), []);
  });

  describe('of the server', () => {
    const open = async (): Promise<CrampedServer> => {
      const server = await startServer();
      const url = await server.database();
      const { uid, gid } = statSync(String(await value(url, 'SHOW data_directory')));
      chownSync(disk!.folder, uid, gid);
      await query(url, `CREATE TABLESPACE small LOCATION '${disk!.folder}'`);
      await query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_tablespace = small`);
      const makeRoom = async () => {
        disk!.leave(Number.POSITIVE_INFINITY);
        return url;
      };
      return { url, makeRoom, stop: server.stop };
    };
    crampedLoads(open, 'PG_DISK_FULL', /disk .*is full.*free space/);
  });
});

describe('a limit on the size of files', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetgen-limit-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  /** The command line under a limit of ROOM_MIB; sh counts in blocks of 512 bytes. */
  const limited = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runProgram('sh', ['-c', `ulimit -f ${ROOM_MIB * 2048} && exec "$@"`, 'sh', process.execPath, CLI, ...args], {
      env,
    });

  for (const name of FILES) {
    it(`under ${name} ends the load, and leaves no file`, async () => {
      const { code, stderr } = await limited(['generate', '--rows', String(FILE_ROWS), '--to', join(folder, name)]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^fleetgen: \S+ grew past the largest size allowed here: [^\n]+\n$/);
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  describe('of the server', () => {
    const open = async (): Promise<CrampedServer> => {
      const home = mkdtempSync(join(tmpdir(), 'fleetgen-limited-'));
      const { stop: stopUnlimited } = await openEmbedded({ home });
      await stopUnlimited();
      const started = await limited(['db', 'start'], { FLEETGEN_HOME: home });
      assert.equal(started.code, 0, started.stderr);
      const { url, stop } = await openEmbedded({ home });
      const makeRoom = async () => {
        await stop();
        await stopEmbedded(home);
        return (await openEmbedded({ home, stays: true })).url;
      };
      return {
        url,
        makeRoom,
        stop: async () => {
          await resetEmbedded(home);
          rmSync(home, { recursive: true, force: true });
        },
      };
    };
    crampedLoads(open, 'PG_FILE_LIMIT', /largest size.*raise the limit/);
  });
});
