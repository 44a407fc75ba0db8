/** The embedded server's whole life, with real servers: set up, share, adopt, recover, refuse, delete. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { FleetgenError } from '#src/base/errors.js';
import { type EmbeddedServer, openEmbedded } from '#src/embedded/open.js';
import { embeddedStatus } from '#src/embedded/status.js';
import { resetEmbedded, stopEmbedded } from '#src/embedded/stop.js';

const USER_SCRIPT = fileURLToPath(new URL('./embedded-user.js', import.meta.url));
const asRoot = process.getuid?.() === 0;
let parent: string;
let home: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fleetgen-embedded-'));
  await chmod(parent, 0o755);
  home = join(parent, 'home');
});
afterEach(async () => {
  await resetEmbedded(home);
  await rm(parent, { recursive: true, force: true });
});

async function query(server: EmbeddedServer, sql: string): Promise<unknown[][]> {
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function startUser(): Promise<{ child: ChildProcess; url: string; startedHere: boolean }> {
  const child = spawn(process.execPath, [USER_SCRIPT, home], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { url: string; startedHere: boolean }) };
}

async function killServer(): Promise<void> {
  const { pid } = await embeddedStatus(home);
  assert.ok(pid !== null);
  process.kill(pid, 'SIGKILL');
  while ((await embeddedStatus(home)).running);
}

function fleetgenError(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof FleetgenError, String(error));
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}

test('sets up a server on loopback behind a password, and stops it', async () => {
  assert.deepEqual(await readdir(parent), []);
  const server = await openEmbedded({ home });
  assert.equal(server.startedHere, true);
  const shown = `select current_setting('listen_addresses'), current_setting('wal_level'), current_setting('TimeZone'),
    current_setting('server_encoding'), current_database(), current_setting('is_superuser')`;
  assert.deepEqual(await query(server, shown), [['127.0.0.1', 'minimal', 'UTC', 'UTF8', 'fleetgen', 'on']]);

  const wrong = new pg.Client({ ...server.connection, password: 'wrong' });
  await assert.rejects(wrong.connect(), { code: '28P01' });

  const status = await embeddedStatus(home);
  assert.equal((await stat(join(home, 'server.json'))).mode & 0o777, 0o600);
  assert.equal((await stat(status.dataFolder)).mode & 0o777, 0o700);
  await server.stop();
  assert.equal((await embeddedStatus(home)).running, false);
  await assert.rejects(query(server, 'select 1'), { code: 'ECONNREFUSED' });
});

test('data, password and port survive a stop', async () => {
  const first = await openEmbedded({ home });
  await query(first, 'create table kept as select 7 as n');
  await first.stop();
  const second = await openEmbedded({ home });
  assert.equal(second.url, first.url);
  assert.equal(second.startedHere, true);
  assert.deepEqual(await query(second, 'select n from kept'), [[7]]);
  await second.stop();
});

test('the last user stops the server, whichever process started it', async () => {
  const first = await openEmbedded({ home });
  const second = await openEmbedded({ home });
  assert.equal(second.startedHere, false);
  await first.stop();
  await first.stop();
  assert.deepEqual(await query(second, 'select 1'), [[1]]);
  await second.stop();
  assert.equal((await embeddedStatus(home)).running, false);
});

test('a server opened to stay runs until it is stopped', async () => {
  const guest = await openEmbedded({ home });
  await (await openEmbedded({ home, stays: true })).stop();
  await guest.stop();
  assert.equal((await embeddedStatus(home)).stays, true);
  assert.equal(await stopEmbedded(home), true);
  assert.equal(await stopEmbedded(home), false);
  const next = await openEmbedded({ home });
  await next.stop();
  assert.equal((await embeddedStatus(home)).running, false, 'the stay flag ends with that server');
});

test('processes that open at once share one server; a killed one blocks no other', async () => {
  const users = await Promise.all([startUser(), startUser(), startUser()]);
  assert.equal(new Set(users.map(({ url }) => url)).size, 1);
  assert.equal(users.filter(({ startedHere }) => startedHere).length, 1);

  const exits = users.map(({ child }) => once(child, 'exit'));
  const starter = users.find(({ startedHere }) => startedHere)!;
  starter.child.kill('SIGKILL');
  const others = users.filter((user) => user !== starter);
  others[0]!.child.stdin!.end();
  await once(others[0]!.child, 'exit');
  assert.equal((await embeddedStatus(home)).running, true);
  others[1]!.child.stdin!.end();
  await Promise.all(exits);
  assert.equal((await embeddedStatus(home)).running, false);
});

test('a server left running by a killed process is adopted', async () => {
  const { child, url } = await startUser();
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  const server = await openEmbedded({ home });
  assert.equal(server.startedHere, false);
  assert.equal(server.url, url);
  await server.stop();
  assert.equal((await embeddedStatus(home)).running, false);
});

test('recovers from a killed server, even one whose backend is still busy', async () => {
  const first = await openEmbedded({ home });
  await query(first, 'create table kept as select 7 as n');
  const busy = new pg.Client(first.url);
  busy.on('error', () => {});
  await busy.connect();
  const work = busy.query('select count(*) from generate_series(1, 1000000000)').catch(() => 'lost');
  await killServer();
  const second = await openEmbedded({ home });
  assert.equal(second.startedHere, true);
  assert.deepEqual(await query(second, 'select n from kept'), [[7]]);
  assert.equal(await work, 'lost');
  await first.stop();
  await second.stop();
});

test("a damaged pid file, or one that names another program's process, does not prevent a start", async () => {
  await (await openEmbedded({ home })).stop();
  const { dataFolder } = await embeddedStatus(home);
  for (const content of ['garbage\n', '', `${process.pid}\n${dataFolder}\n1\n1\n\n127.0.0.1\n1 1\nready\n`]) {
    await writeFile(join(dataFolder, 'postmaster.pid'), content);
    assert.equal((await embeddedStatus(home)).running, false);
    const server = await openEmbedded({ home });
    assert.deepEqual(await query(server, 'select 1'), [[1]]);
    await server.stop();
  }
});

test('takes another port when its previous one is in use', async () => {
  const first = await openEmbedded({ home });
  await first.stop();
  const squatter = createServer().listen(first.connection.port, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    const second = await openEmbedded({ home });
    assert.notEqual(second.connection.port, first.connection.port);
    assert.deepEqual(await query(second, 'select 1'), [[1]]);
    await second.stop();
  } finally {
    squatter.close();
  }
});

test('refuses data of another major version and data without its password; a reset fixes both', async () => {
  await (await openEmbedded({ home })).stop();
  const { dataFolder } = await embeddedStatus(home);
  const versionFile = join(dataFolder, 'PG_VERSION');
  const version = await readFile(versionFile, 'utf8');
  await writeFile(versionFile, '9\n');
  await assert.rejects(openEmbedded({ home }), fleetgenError('EMBEDDED_VERSION'));
  await writeFile(versionFile, version);

  await writeFile(join(home, 'server.json'), '{');
  await assert.rejects(openEmbedded({ home }), fleetgenError('EMBEDDED_RECORD'));
  assert.match((await embeddedStatus(home)).problem ?? '', /damaged/);
  assert.equal(await resetEmbedded(home), true);
  assert.equal(await resetEmbedded(home), false);
  assert.deepEqual(await readdir(parent), []);
  await (await openEmbedded({ home })).stop();
});

test('a killed, unfinished set-up is removed by the next', async () => {
  await mkdir(join(home, 'postgres', 'data.tmp-1'), { recursive: true });
  const server = await openEmbedded({ home });
  const names = await readdir(join((await embeddedStatus(home)).dataFolder, '..'));
  assert.deepEqual(
    names.filter((name) => name.includes('tmp')),
    [],
  );
  await server.stop();
});

test('an aborted set-up leaves neither server nor draft', async () => {
  const controller = new AbortController();
  const reason = new FleetgenError('INTERRUPTED', 'enough', 130);
  const opening = openEmbedded({ home, signal: controller.signal });
  const settled = assert.rejects(opening, (error) => error === reason);
  const instance = join(home, 'postgres');
  const data = async (): Promise<string[]> =>
    (await readdir(instance).catch(() => [])).filter((name) => name.startsWith('data'));
  while ((await data()).length === 0);
  controller.abort(reason);
  await settled;
  assert.deepEqual(await data(), []);
  assert.equal((await embeddedStatus(home)).running, false);
});

test('an unusable home is an invalid request', async () => {
  const file = join(parent, 'file');
  await writeFile(file, '');
  const homes = [join(file, 'home'), file];
  // There, Linux fails mkdir as if the parent folder were missing.
  if (process.platform === 'linux') homes.push('/proc/home', '/proc/a/b', '/proc');
  for (const unusable of homes) {
    await assert.rejects(openEmbedded({ home: unusable }), (error) => {
      assert.equal((error as FleetgenError).exitCode, 2);
      return fleetgenError('EMBEDDED_HOME')(error);
    });
  }
});

test('works in a folder that others cannot enter, and starts from scratch after its home is deleted by hand', async () => {
  await chmod(parent, 0o700);
  const first = await openEmbedded({ home, stays: true });
  await query(first, 'create table old as select 1');
  const { dataFolder, binFolder } = await embeddedStatus(home);
  assert.equal(dataFolder.startsWith(home), !asRoot, dataFolder);
  assert.ok(binFolder !== null);
  // A server in a home ends by itself within a minute of losing its files.
  if (!asRoot) await stopEmbedded(home);
  await rm(home, { recursive: true });

  const second = await openEmbedded({ home });
  assert.equal(second.startedHere, true);
  await assert.rejects(query(second, 'select * from old'), { code: '42P01' });
  await second.stop();
});
