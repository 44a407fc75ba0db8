/** `fleetgen verify --checks realism` as a user runs it, on files. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { generate } from '#src/run/generate.js';
import { runCli } from '../../cli/run-cli.js';

const SIZE = ['--rows', '60000', '--vehicles', '10'];

describe('verify --checks realism', () => {
  let folder = '';
  let file = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-realism-'));
    file = join(folder, 'fleet.csv');
    await generate({ rows: 60_000, vehicles: 10, to: file, truth: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('prints a table and succeeds for the output of generate', async () => {
    const { code, stdout } = await runCli(['verify', '--checks', 'realism', '--from', file, ...SIZE]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^check +expected +found +verdict\n/);
    assert.match(stdout, /\nmotion: the odometer never falls +never broken +0 of 59990 +ok\n/);
  });

  it('prints the checks as JSON, using the truth file beside the records', async () => {
    const { stdout } = await runCli(['verify', '--checks', 'realism', '--from', file, ...SIZE, '--json']);
    const { command, realism: report } = JSON.parse(stdout);
    assert.deepEqual([command, report.rows, report.truth, report.failed], ['verify', 60_000, true, 0]);
    assert.ok(report.checks.length > 50);
  });

  it('fails with one line when a check fails', async () => {
    const spoilt = join(folder, 'spoilt.csv');
    await writeFile(spoilt, (await readFile(file, 'utf8')).replaceAll(',cloudy,', ',foggy,'));
    const { code, stdout, stderr } = await runCli(['verify', '--checks', 'realism', '--from', spoilt, ...SIZE]);
    assert.equal(code, 1);
    assert.match(stdout, /FAILED/);
    assert.match(stderr, /^fleetgen: \d+ of \d+ checks fail over 60000 records: .*\n$/);
  });

  it('rejects another dataset and an empty source', async () => {
    const fewer = await runCli(['verify', '--checks', 'realism', '--from', file, '--rows', '100', '--vehicles', '2']);
    assert.equal(fewer.code, 2);
    assert.match(
      fewer.stderr,
      /^fleetgen: record \d+ is of vehicle \d+, but the dataset has 2 vehicles: give --seed.*\n$/,
    );
    for (const place of ['-', 'null', join(folder, 'none.csv')]) {
      const { code, stderr } = await runCli(['verify', '--checks', 'realism', '--from', place, ...SIZE]);
      assert.equal(code, 2, stderr);
    }
  });
});
