/** `fleetgen db` as its users type it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { resetEmbedded } from '#src/embedded/stop.js';
import { CLI, type CliResult, runCli } from '../cli/run-cli.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-db-'));
  await chmod(folder, 0o755);
});
after(async () => {
  await resetEmbedded(join(folder, '.fleetgen'));
  await rm(folder, { recursive: true });
});

function db(...args: string[]): Promise<CliResult> {
  return runCli(['db', ...args], { cwd: folder, env: { FLEETGEN_HOME: '', COLUMNS: '80' } });
}

async function statusOf(): Promise<{ running: boolean; initialised: boolean; stays: boolean; dataFolder: string }> {
  const { code, stdout } = await db('status', '--json');
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

test('status, stop and reset create nothing', async () => {
  assert.equal((await statusOf()).initialised, false);
  assert.match((await db('stop')).stderr, /was not running/);
  assert.match((await db('reset', '--yes')).stderr, /nothing to delete/);
  assert.equal((await statusOf()).initialised, false);
});

test('url prints one line that any client can use, and keeps the server running', async () => {
  const { code, stdout } = await db('url');
  assert.equal(code, 0);
  const client = new pg.Client(stdout.trimEnd());
  await client.connect();
  await client.end();
  const status = await statusOf();
  assert.equal(status.running && status.stays, true);
  assert.match((await db('start')).stderr, /already running/);
  assert.match((await db('status')).stdout, new RegExp(`^data +${status.dataFolder}$`, 'm'));
});

test('query prints a table, several results, and command tags to stderr', async () => {
  const result = await db('query', "create table t as select 1 as n, 'x' as s; select * from t; select 2 as two");
  assert.deepEqual(result, {
    code: 0,
    stdout: ' n | s\n---+---\n 1 | x\n(1 row)\n\n two\n-----\n   2\n(1 row)\n\n',
    stderr: 'SELECT 1\n',
  });
});

test('query --json prints one object per line', async () => {
  const { stdout } = await db('query', '--json', 'select i, i * 0.5 as half from generate_series(1, 2) i');
  assert.equal(stdout, '{"i":1,"half":0.5}\n{"i":2,"half":1.0}\n');
});

test('no line of a wide result is wider than the terminal', async () => {
  const { stdout } = await db('query', 'select * from pg_settings limit 2');
  assert.match(stdout, /^-\[ record 2 \]/m);
  assert.match(stdout, /^name +\| /m);
  const copied = await db('query', "copy (values (1, 'a,b')) to stdout csv");
  assert.equal(copied.stdout, '1,"a,b"\n');
});

test('invalid SQL is reported in one line, with exit code 1', async () => {
  const { code, stdout, stderr } = await db('query', 'select nope from pg_class');
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(stderr, 'fleetgen: SQL: column "nope" does not exist (character 8 of the SQL)\n');
  assert.equal((await db('query', 'copy t from stdin')).code, 1);
  assert.equal((await db('query', '')).code, 2);
});

test('a reader that closes the pipe ends the query quietly', async () => {
  const sql = 'select generate_series(1, 100000000)';
  const child = spawn(process.execPath, [CLI, 'db', 'query', sql], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (piece: Buffer) => {
    complaints += piece.toString();
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  assert.deepEqual([code, complaints], [0, '']);
});

test('an unknown or missing action fails with exit code 2', async () => {
  for (const args of [[], ['nope'], ['query', 'select 1', 'extra'], ['start', '--bogus']]) {
    const { code, stderr } = await db(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^fleetgen: [^\n]+\n$/);
  }
});

test('stop keeps the data; reset asks first and deletes it', async () => {
  assert.match((await db('stop')).stderr, /data stays/);
  assert.equal((await statusOf()).running, false);
  const unasked = await db('reset');
  assert.deepEqual([unasked.code, unasked.stdout], [2, '']);
  assert.match(unasked.stderr, /--yes/);
  assert.equal((await db('query', 'select * from t')).code, 0);
  assert.equal((await db('reset', '--yes')).code, 0);
  const status = await statusOf();
  assert.equal(status.initialised || status.running, false);
});
