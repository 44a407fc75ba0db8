/** `fleetgen stream` of a table that generate loaded: the same messages as from the simulation, byte for byte. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { embeddedStatus } from '#src/embedded/status.js';
import { type CliResult, runCli } from '../cli/run-cli.js';

const ROWS = 3000;

describe('a replay of a table', () => {
  let home = '';
  let simulated = '';
  const cli = (args: string): Promise<CliResult> => runCli(args.split(' '), { env: { FLEETGEN_HOME: home } });
  const output = async (args: string): Promise<string> => {
    const { code, stdout, stderr } = await cli(args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const running = async () => (await embeddedStatus(home)).running;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetgen-replay-'));
    await chmod(home, 0o755);
    simulated = await output(`stream --rows ${ROWS} --quiet`);
    await output(`generate --rows ${ROWS} --table fleet --quiet`);
  });
  after(async () => {
    await cli('db reset --yes');
    await rm(home, { recursive: true, force: true });
  });

  it('runs the embedded server only while it reads', async () => {
    const { code, stdout, stderr } = await cli('stream --from embedded --table fleet --json');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, simulated);
    assert.equal(JSON.parse(stderr).rows, ROWS);
    assert.equal(await running(), false);
  });

  it('continues after a given time', async () => {
    const lines = simulated.split('\n').slice(0, -1);
    const middle = JSON.parse(lines[ROWS / 2]!).received_at;
    const rest = lines.filter((line) => JSON.parse(line).received_at > middle);
    const stdout = await output(`stream --from embedded --table fleet --resume-from ${middle} --quiet`);
    assert.deepEqual(stdout.split('\n').slice(0, -1), rest);
  });

  it('also stops the server when it is interrupted, and when the table does not exist', async () => {
    const args = ['stream', '--from', 'embedded', '--table', 'fleet', '--rate', '100/s'];
    const first = await runCli(args, { env: { FLEETGEN_HOME: home }, signalAtFirstByte: 'SIGINT' });
    assert.equal(first.code, 130);
    assert.match(first.stderr, /^fleetgen: interrupted: \d+ messages are delivered; [^\n]+\n$/);
    assert.equal(await running(), false);
    const { code, stderr } = await cli('stream --from embedded --table lorries');
    assert.equal(code, 2);
    assert.match(stderr, /^fleetgen: [^\n]*lorries[^\n]*correct --table or --schema\n$/);
    assert.equal(await running(), false);
  });

  it('reads a server by its URL, and leaves it running', async () => {
    const url = (await output('db url')).trim();
    assert.equal(await output(`stream --from ${url} --table fleet --quiet`), simulated);
    assert.equal(await running(), true);
    assert.equal(await output('stream --from embedded --table fleet --quiet'), simulated);
    assert.equal(await running(), true);
  });
});
