import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { embeddedStatus } from '#src/embedded/status.js';
import { resetEmbedded } from '#src/embedded/stop.js';
import { CLI, runCli } from '../../cli/run-cli.js';
import { query, startServer, type TestServer } from '../postgres-fixture.js';

describe('fleetgen verify', () => {
  let folder = '';
  let server: TestServer;
  let url = '';
  const cli = (args: string) => runCli(args.split(' '), { cwd: folder });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-verify-'));
    await chmod(folder, 0o755);
    server = await startServer();
    url = await server.database();
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('finds nothing in the output of generate, and finds one changed line', async () => {
    assert.equal((await cli('generate --rows 5000 --seed 9 --to fleet.csv')).code, 0);
    const same = await cli('verify --from fleet.csv --rows 5000 --seed 9');
    assert.equal(same.code, 0, same.stderr);
    assert.match(
      same.stdout,
      /^5000 records compared: 0 changed, 0 missing, 0 extra, 0 doubled\n1 vehicle compared: 0 changed, 0 missing, 0 extra, 0 doubled\n$/,
    );
    const text = await readFile(join(folder, 'fleet.csv'), 'utf8');
    await writeFile(join(folder, 'fleet.csv'), text.replace(/^42,VEH-\d+/m, '42,VEH-999999'));
    const other = await cli('verify --from fleet.csv --rows 5000 --seed 9');
    assert.equal(other.code, 1);
    assert.match(other.stdout, /^record 42: vehicle_id is VEH-999999, not VEH-\d{6}\n5000 records compared: 1 changed/);
    assert.match(other.stderr, /^fleetgen: [^\n]+1 changed[^\n]+\n$/);
  });

  it('knows from the ledger what a table should hold', async () => {
    assert.equal((await cli(`generate --rows 5000 --seed 9 --days 3 --to ${url} --table fleet`)).code, 0);
    const same = await cli(`verify --from ${url} --table fleet --json`);
    assert.equal(same.code, 0, same.stderr);
    assert.equal(JSON.parse(same.stdout).exact.compared, 5000);
    await query(url, 'DELETE FROM fleet WHERE record_id = 7');
    const less = await cli(`verify --from ${url} --table fleet --json`);
    assert.equal(less.code, 1);
    assert.deepEqual(JSON.parse(less.stdout).exact.list, [{ kind: 'missing', recordId: 7 }]);
    const wrong = await cli(`verify --from ${url} --table fleet --rows 5000 --days 3 --seed 10`);
    assert.equal(wrong.code, 1);
    assert.doesNotMatch(wrong.stdout + wrong.stderr, new RegExp(new URL(url).password));
  });

  it('stops a server it started when its output is closed', async () => {
    const env = { ...process.env, FLEETGEN_HOME: join(folder, 'home') };
    const made = await runCli('generate --rows 1000'.split(' '), { env: { FLEETGEN_HOME: env.FLEETGEN_HOME } });
    assert.equal(made.code, 0, made.stderr);
    try {
      const child = spawn(process.execPath, [CLI, 'verify'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.destroy();
      assert.deepEqual(await once(child, 'close'), [0, null]);
      assert.equal((await embeddedStatus(env.FLEETGEN_HOME)).running, false);
    } finally {
      await resetEmbedded(env.FLEETGEN_HOME);
    }
  });

  for (const [args, says] of [
    ['--sample 2', /--sample "2"/],
    ['--from -', /can't be read from: give a database, a file or a folder/],
    ['--checks none', /exact, realism, all/],
    ['--from none.csv', /none\.csv can't be read/],
    ['--from none.csv --truth', /there is no none_truth\.csv, which --truth asks for/],
    ['--from none.csv --rows 10 --range 5:11', /past the end/],
  ] as const) {
    it(`refuses ${args}`, async () => {
      const { code, stderr, stdout } = await cli(`verify ${args}`);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.match(stderr, /^fleetgen: [^\n]+\n$/);
    });
  }
});
