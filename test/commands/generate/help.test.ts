import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { GENERATE_FLAGS, GENERATE_GROUPS } from '#src/commands/generate/generate-options.js';
import { startClis } from '../../cli/run-cli.js';

describe('the help of the command line', () => {
  const clis = startClis();
  after(() => clis.close());

  it('shows every flag of generate in one group', () => {
    assert.deepEqual(Object.values(GENERATE_GROUPS).flat().sort(), Object.keys(GENERATE_FLAGS).sort());
  });

  it('is the same by help and by --help', async () => {
    for (const command of ['generate', 'stream', 'scenario']) {
      const asked = await clis.run(['help', command]);
      assert.equal(asked.code, 0);
      assert.deepEqual(asked, await clis.run([command, '--help']));
    }
    assert.deepEqual(await clis.run(['help']), await clis.run(['--help']));
    assert.deepEqual(await clis.run(['version']), await clis.run(['--version']));
  });

  it('fits 80 columns, as the list of scenarios does', async () => {
    for (const args of [['help', 'generate'], ['help', 'stream'], ['help'], ['scenario', 'list']]) {
      const { stdout } = await clis.run(args);
      const long = stdout.split('\n').filter((line) => line.length > 80);
      assert.deepEqual(long, [], args.join(' '));
      assert.ok(stdout.length > 200);
    }
  });

  it('knows the letters of flags', async () => {
    const { code, stdout } = await clis.run(['generate', '-n', '1k', '-s', '7', '-o', '-', '-j', '1', '-q']);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      (await clis.run(['generate', '--rows', '1000', '--seed', '7', '--to', '-', '--quiet'])).stdout,
    );
  });
});
