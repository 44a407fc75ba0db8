import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { supportedVariables } from '#src/pg/connection/libpq-settings.js';
import { runCli } from './run-cli.js';

/** No server of whoever runs the tests. */
const UNSET = Object.fromEntries([...supportedVariables(), 'FLEETGEN_HOME'].map((name) => [name, '']));

interface Found {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

describe('fleetgen doctor', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-doctor-'));
    await writeFile(join(folder, 'file'), '');
  });
  after(() => rm(folder, { recursive: true }));

  const run = (args: string, env: Record<string, string> = {}) =>
    runCli(
      ['doctor', ...args.split(' ')].filter((each) => each !== ''),
      { cwd: folder, env: { ...UNSET, ...env } },
    );
  const failures = async (args: string, env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run(`${args} --json`, env);
    const { ok, checks } = JSON.parse(stdout) as Found;
    const failed = checks.filter(({ status }) => status === 'failed');
    assert.equal(ok, failed.length === 0);
    assert.equal(code, ok ? 0 : 1);
    if (!ok) assert.match(stderr, /^fleetgen: 1 check failed \(\w+\): the output says how to fix it\n$/);
    return failed.map(({ name, message }) => `${name}: ${message}`);
  };

  it('finds this machine in order, in a line for each check, and changes nothing', async () => {
    const { code, stdout, stderr } = await run('');
    assert.equal(stderr, '');
    assert.equal(code, 0);
    for (const name of ['node', 'zstd', 'cores', 'memory', 'disk', 'embedded', 'kafka', 'charts', 'server']) {
      assert.match(stdout, new RegExp(`^(ok|note) +${name} +\\S`, 'm'));
    }
    assert.doesNotMatch(stdout, /postgres {2}/);
    assert.ok(!stdout.includes('\u001b'));
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('fails for a server that the environment names and nobody answers for', async () => {
    const env = { PGHOST: '127.0.0.1', PGPORT: '1', PGUSER: 'me', PGPASSWORD: 'hunter2' };
    const wanted =
      'postgres: no PostgreSQL answers at postgresql://me@127.0.0.1:1/me: start it, or correct host and port';
    assert.deepEqual(await failures('', env), [wanted]);
    assert.deepEqual(await failures('--to postgres', env), [wanted]);
    assert.deepEqual(await failures('--to x.csv', env), []);
    assert.deepEqual(await failures('', { PGPORT: 'x' }), [
      'postgres: the PostgreSQL port "x" is not a whole number from 1 to 65535: correct it',
    ]);
  });

  it('fails for brokers that do not answer', async () => {
    assert.deepEqual(await failures('--to kafka://127.0.0.1:1/fleet'), [
      'topic: cannot reach kafka://127.0.0.1:1/fleet (connection refused): start the broker, or correct --to',
    ]);
  });

  it('gives up soon on a server that accepts and says nothing', async () => {
    // Unreferenced: a failure must not keep the tests running.
    const silent = createServer((socket) => void socket.unref().on('error', () => {}))
      .unref()
      .listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const place = `127.0.0.1:${port}/fleet`;
    const found = await Promise.all(
      [`postgresql://me@${place}`, `kafka://${place}`].map((to) => failures(`--to ${to}`)),
    );
    assert.deepEqual(found.flat(), [
      `postgres: postgresql://me@${place} did not answer in time: check the address, or raise connect_timeout`,
      `topic: cannot reach kafka://${place} (Request timed out): start the broker, or correct --to`,
    ]);
  });

  it('fails for a file and a home that cannot be written', async () => {
    assert.deepEqual(await failures('--to nowhere/x.csv'), ['file: no folder nowhere: create it or name another path']);
    const [failure = ''] = await failures('', { FLEETGEN_HOME: join(folder, 'file/home') });
    assert.match(
      failure,
      /^server: cannot use .*file\/home for the embedded PostgreSQL \(not a directory\): set FLEETGEN_HOME/,
    );
  });
});
