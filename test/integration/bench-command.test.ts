/** `fleetgen bench` on a real server and a real disk, with sizes that say nothing about the machine. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FleetgenError } from '#src/base/errors.js';
import { type BenchOptions, bench } from '#src/bench/bench.js';
import type { BenchSize } from '#src/bench/measure/size.js';
import { type BenchReport, STAGES } from '#src/bench/report/report.js';
import { runCli } from '../cli/run-cli.js';
import { query, startServer, type TestServer, value } from './postgres-fixture.js';

const TINY: BenchSize = {
  ...{ rounds: 2, taskSeconds: 0.02, warmUpSeconds: 0.02, copyBytes: 1e6 },
  ...{ diskSeconds: 0.02, diskBytes: 1e6, loadSeconds: 0.05, firstLoadRows: 2000, connectionRows: 1000 },
};

let server: TestServer;
let url: string;
let folder: string;

before(async () => {
  server = await startServer();
  url = await server.database();
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function nothingIsLeft(): Promise<void> {
  assert.deepEqual(await readdir(folder), []);
  assert.deepEqual(await query(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'fleetgen%'"), []);
  assert.equal(Number(await value(url, "SELECT count(*) FROM pg_class WHERE relname LIKE 'fleet%'")), 0);
}

const tiny = (more: BenchOptions): Promise<BenchReport> => bench({ size: TINY, workers: 3, folder, ...more });

describe('bench', () => {
  it('measures every stage and leaves nothing in the database or on disk', async () => {
    const report = await tiny({ to: url });
    assert.deepEqual(
      report.stages.map(({ name }) => name),
      STAGES,
    );
    for (const { name, score, figures } of report.stages) {
      assert.ok(score > 0, name);
      for (const { values, median } of figures) assert.ok(values.length === 2 && median > 0, name);
    }
    for (const { points } of report.curves)
      assert.deepEqual(
        points.map(({ workers }) => workers),
        [1, 2, 3],
      );
    assert.deepEqual(
      report.curves.map(({ name }) => name),
      ['make', 'load'],
    );
    assert.equal(report.server?.version, await value(url, 'SHOW server_version'));
    assert.ok(!JSON.stringify(report).includes(new URL(url).password));
    assert.equal(report.verdict.length, 2);
    await nothingIsLeft();
  });

  it('starts a temporary server', async () => {
    const report = await tiny({});
    assert.equal(report.server?.target, 'embedded');
    await nothingIsLeft();
  });

  it('measures no database if none is named', async () => {
    const report = await tiny({ to: 'null', workers: 1 });
    assert.ok(report.stages.every(({ name }) => name !== 'postgres'));
    assert.equal(report.server, undefined);
  });

  for (const moment of ['processor, round 2', 'disk, round 1', 'database, warming up', 'database, round 2']) {
    it(`leaves nothing when it is stopped at "${moment}"`, async () => {
      const controller = new AbortController();
      const onProgress = (text: string) => {
        if (text.startsWith(moment)) controller.abort(new FleetgenError('INTERRUPTED', 'enough', 130));
      };
      const stopped = tiny({ to: url, signal: controller.signal, onProgress });
      await assert.rejects(stopped, { code: 'INTERRUPTED', exitCode: 130 });
      await nothingIsLeft();
    });
  }

  it('refuses an existing schema of its name, and leaves it unchanged', async () => {
    await query(url, 'CREATE SCHEMA fleetgen_bench; CREATE TABLE fleetgen_bench.theirs (n int)');
    await assert.rejects(tiny({ to: url }), { exitCode: 2, code: 'BENCH_SCHEMA' });
    assert.equal(await value(url, 'SELECT count(*)::int FROM fleetgen_bench.theirs'), 0);
    await query(url, 'DROP SCHEMA fleetgen_bench CASCADE');
  });
});

describe('fleetgen bench', () => {
  /** Arguments, the exit code, and what the one line must say. */
  const bad: readonly (readonly [args: string, code: number, says: RegExp])[] = [
    ['--to postgresql://127.0.0.1:1/x', 1, /no PostgreSQL answers at postgresql:\/\/[a-z0-9]+@127\.0\.0\.1:1\/x/],
    ['--to fleet.csv', 2, /--to fleet\.csv is not a database/],
    ['--workers 0', 2, /--workers "0"/],
    ['--folder /nowhere/at/all', 2, /no folder/],
    ['--html /nowhere/bench.html', 2, /no folder \/nowhere/],
    ['--svg /tmp', 2, /\/tmp is a folder/],
    ['--compare /nowhere/x.json', 2, /cannot read --compare/],
    ['--compare FOLDER/other.json', 2, /is not a bench result/],
    ['--json --json=yes', 2, /--json takes no value/],
    ['--svg', 2, /--svg needs a value/],
  ];
  for (const [args, code, says] of bad) {
    it(`rejects ${args} before measuring`, async () => {
      const place = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
      await writeFile(join(place, 'other.json'), '{"command":"generate"}');
      const result = await runCli(['bench', ...args.replace('FOLDER', place).split(' ')]);
      assert.match(result.stderr, says);
      assert.match(result.stderr, /^fleetgen: [^\n]+\n$/);
      assert.deepEqual([result.code, result.stdout], [code, '']);
      assert.deepEqual(await readdir(place), ['other.json']);
      await rm(place, { recursive: true });
    });
  }

  it('leaves no folder and no page after Ctrl-C', async () => {
    const begun = async () => (await readdir(folder)).some((name) => name.startsWith('fleetgen-bench-'));
    const args = ['bench', '--folder', folder, '--svg', join(folder, 'curve.svg')];
    const { code, stdout, stderr } = await runCli(args, { signalWhen: begun });
    assert.equal(code, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /^fleetgen: interrupted: nothing of this run is left[^\n]*\n$/);
    assert.deepEqual(await readdir(folder), []);
  });
});
