/** What --dry-run says against what the load then does. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { previewLoad } from '#src/run/preview.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { startClis } from '../cli/run-cli.js';

/** One region: planned anew for each load, it takes the least time. */
const { scenario } = await loadScenario('tiny');

describe('the preview of a load', () => {
  const clis = startClis();
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-preview-'));
  });
  after(async () => {
    clis.close();
    await rm(folder, { recursive: true });
  });

  for (const [name, options] of [
    ['fleet.csv', {}],
    ['fleet.csv.gz', {}],
    ['fleet.parquet', {}],
    ['decimals.parquet', { decimals: true }],
    ['fleet.arrow', {}],
  ] as const) {
    it(`foresees the rows, the vehicles and nearly the size of ${name}`, async () => {
      const load: GenerateOptions = { rows: 50_000, scenario, seed: 3, to: join(folder, name), workers: 1, ...options };
      const preview = await previewLoad(load);
      assert.deepEqual(await readdir(folder), []);
      const { rows, vehicles, days, start, range, scenarioHash } = await generate(load);
      const { size } = await stat(join(folder, name));
      const found = { rows, vehicles, days, start, range, scenarioHash };
      assert.deepEqual({ ...preview, ...found }, preview);
      assert.ok(Math.abs(preview.estimatedBytes / size - 1) < 0.1, `${preview.estimatedBytes} and ${size}`);
      assert.ok(preview.estimatedSeconds > 0);
      for (const file of await readdir(folder)) await rm(join(folder, file));
    });
  }

  it('touches no server and no file', async () => {
    const { target, rows } = await previewLoad({ rows: 1000, to: 'postgresql://127.0.0.1:1/none' });
    assert.deepEqual({ target, rows }, { target: 'postgresql://127.0.0.1:1/none', rows: 1000 });
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses what the load would refuse', async () => {
    const path = join(folder, 'there.csv');
    await writeFile(path, 'precious');
    await assert.rejects(previewLoad({ rows: 1000, to: path }), { exitCode: 2, code: 'FILE_EXISTS' });
    await previewLoad({ rows: 1000, to: path, ifExists: 'replace' });
    await assert.rejects(previewLoad({ rows: 1000, to: '-', truth: true }), { exitCode: 2, code: 'NO_TRUTH' });
    await assert.rejects(previewLoad({ rows: 1000, range: [0, 2000] }), { exitCode: 2 });
  });

  it('is printed in 80 columns, and as JSON', async () => {
    const args = ['generate', '--rows', '2000', '--range', '500:1500', '--to', 'null', '--dry-run'];
    const { code, stdout, stderr } = await clis.run(args);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    const lines = stderr.trimEnd().split('\n');
    assert.match(lines[0]!, /^1,000 records \(500:1500\) of 1 vehicle in 14 days from 2026-01-05, one every 10 s$/);
    assert.match(lines[1]!, /^1 shard into null: about \d+ kB, [\d.]+ s on 1 thread$/);
    assert.equal(lines[2], 'and what the target itself takes; nothing was touched');
    assert.ok(lines.every((line) => line.length <= 80));
    const json = JSON.parse((await clis.run([...args, '--json'])).stdout);
    assert.equal(json.dryRun, true);
    assert.equal(json.rows, 1000);
  });
});
