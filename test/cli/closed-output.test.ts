/** With a standard stream closed by the shell (`>&-`), nothing is lost silently. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CLI, runProgram } from './run-cli.js';

const CLOSED =
  'fleetgen: standard output is closed, and what belongs there would be lost: redirect it (> FILE, or > /dev/null)\n';

const PRINTING = [
  ...['--help', '--version', 'generate --help', 'schema', 'schema --format json'],
  ...['scenario list', 'scenario show tiny'],
  ...['generate --rows 10 --to -', 'generate --rows 10 --to null --json', 'stream --rows 10', 'bench --to null'],
  'verify --rows 10 --from a.csv --quiet --json',
  ...['db status', 'db url', 'db query select', 'db psql'],
];

describe('a closed standard stream', { skip: process.platform === 'win32' }, () => {
  let cwd = '';
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'fleetgen-closed-'));
  });
  after(() => rm(cwd, { recursive: true }));

  const shell = (args: string, redirections: string) =>
    runProgram('sh', ['-c', `"${process.execPath}" "${CLI}" ${args} ${redirections}`], { cwd });

  for (const args of PRINTING) {
    it(`fails a command that prints data before it does anything: ${args}`, async () => {
      assert.deepEqual(await shell(args, '>&-'), { code: 1, stdout: '', stderr: CLOSED });
      assert.deepEqual(await readdir(cwd), []);
    });
  }

  it('fails a command whose summary goes to standard error', async () => {
    const { code, stdout } = await shell('generate --rows 10 --to - --json', '2>&-');
    assert.deepEqual([code, stdout], [1, '']);
  });

  it("does not change a failing command's exit code", async () => {
    assert.equal((await shell('scenario check tiny', '>&-')).code, 0);
    const { code, stderr } = await shell('verify --rows 10 --from missing.csv', '>&-');
    assert.notEqual(stderr, CLOSED);
    assert.equal(code, 2, stderr);
  });

  it('is distinguished from /dev/null, which discards output on purpose', async () => {
    assert.equal((await shell('schema', '> /dev/null')).code, 0);
    assert.equal((await shell('generate --rows 10 --to - --json', '> /dev/null 2> /dev/null')).code, 0);
  });

  it('does not affect commands that print no data', async () => {
    assert.equal((await shell('generate --rows 10 --to null', '>&- 2>&- <&-')).code, 0);
    assert.equal((await shell('schema', '<&- 2>&- | wc -l')).stdout.trim() === '0', false);
    const { code, stderr } = await shell('db query', '<&-');
    assert.deepEqual([code, stderr], [2, 'fleetgen: db query needs SQL, as in: fleetgen db query "select 1"\n']);
  });
});
