import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generateInterruption } from '#src/commands/interruption.js';
import { runCli } from './run-cli.js';

/** The stderr of a run into a file that is interrupted halfway; the folder is empty afterwards. */
async function interrupted(...flags: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-interrupted-'));
  try {
    const args = ['generate', '--rows', '3e6', '--workers', '1', '--to', join(folder, 'a.csv'), ...flags];
    const begun = async () => (await readdir(folder)).length > 0;
    const { code, stderr } = await runCli(args, { signalWhen: begun });
    assert.equal(code, 130);
    assert.deepEqual(await readdir(folder), []);
    return stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether the process handles SIGHUP, which Node.js doesn't by itself. */
async function hearsSignals(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return /^SigCgt:\s*[0-9a-f]*[13579bdf]$/m.test(status);
}

describe('an interrupted fleetgen generate', () => {
  it('reports that nothing of the file is left', async () => {
    assert.match(await interrupted(), /^fleetgen: interrupted: no file of this run is left, [^\n]+\n$/);
  });

  for (const command of ['generate', 'stream', 'verify']) {
    it(`ends fleetgen ${command} while it is still planning`, { skip: process.platform !== 'linux' }, async () => {
      // 3e11 rows are planned for a minute or more.
      const rows = ['--rows', '3e11'];
      const place = { generate: ['--to', 'null'], stream: [], verify: ['--from', 'none.csv'] }[command]!;
      const { code, stderr } = await runCli([command, ...rows, ...place], {
        signalWhen: hearsSignals,
      });
      assert.match(stderr, /^fleetgen: interrupted[^\n]*\n$/);
      assert.equal(code, 130);
    });
  }

  it('is reported once if the log is JSON', async () => {
    const errors = (await interrupted('--log-format', 'json'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ level }) => level >= 50);
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['INTERRUPTED'],
    );
  });

  it('mentions committed records only for databases, and hidden files only for files', () => {
    const said = (request: Parameters<typeof generateInterruption>[0]) => generateInterruption(request).unfinished;
    for (const request of [{ kind: 'embedded' }, { kind: 'postgres', connection: 'postgres' }] as const) {
      assert.match(said(request), /committed stays/);
    }
    assert.match(
      said({ kind: 'file', path: '/data/a.csv', file: { format: 'csv', compression: undefined } }),
      /hidden files \S+ may stay in \/data,/,
    );
    assert.equal(said({ kind: 'stdout' }), 'interrupted');
    assert.equal(said({ kind: 'null' }), 'interrupted');
  });
});
