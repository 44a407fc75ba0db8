import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FleetgenError } from '#src/base/errors.js';
import { generate } from '#src/run/generate.js';
import { runCli } from '../../cli/run-cli.js';

const ROWS = 300_000;

describe('generate to null', () => {
  it('gives the same digest for any number of workers', async () => {
    const digests = new Set<string>();
    for (const workers of [1, 2, 3, 7]) digests.add((await generate({ rows: ROWS, to: 'null', workers })).digest);
    assert.equal(digests.size, 1);
    assert.notEqual((await generate({ rows: ROWS, to: 'null', seed: 43 })).digest, [...digests][0]);
  });

  it('accepts an empty range', async () => {
    const { rows, range } = await generate({ rows: 1000, to: 'null', range: [500, 500] });
    assert.equal(rows, 0);
    assert.deepEqual(range, [500, 500]);
  });

  it('rejects what the command line rejects', async () => {
    await assert.rejects(generate({ rows: 1.5, to: 'null' }), { exitCode: 2, message: /^rows is 1\.5/ });
    await assert.rejects(generate({ rows: 10, to: 'null', range: [5, 2] }), { exitCode: 2, code: 'BAD_RANGE' });
    await assert.rejects(generate({ rows: 10, to: 'null', range: [0, 11] }), { exitCode: 2, code: 'BAD_RANGE' });
    await assert.rejects(generate({ to: 'nowhere' }), { exitCode: 2, code: 'UNKNOWN_TARGET' });
  });

  it('reports progress up to the last row', async () => {
    const seen: number[] = [];
    await generate({ rows: ROWS, to: 'null', onProgress: ({ rows }) => seen.push(rows) });
    assert.equal(seen.at(-1), ROWS);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
  });

  it('stops when its signal is aborted, with the given reason', async () => {
    const controller = new AbortController();
    const reason = new FleetgenError('INTERRUPTED', 'enough', 143);
    const run = generate({ rows: 1e8, to: 'null', signal: controller.signal, onProgress: stopAtFirstRow });
    function stopAtFirstRow({ rows }: { rows: number }) {
      if (rows > 0) controller.abort(reason);
    }
    await assert.rejects(run, reason);
    const stopped = { name: 'FleetgenError', code: 'INTERRUPTED', exitCode: 130 };
    await assert.rejects(generate({ to: 'null', signal: AbortSignal.abort() }), stopped);
  });
});

describe('the summary', () => {
  it('is one JSON object on stdout with --json', async () => {
    const { code, stdout, stderr } = await runCli(
      'generate --rows 2e3 --seed 7 --to null --json --workers 1'.split(' '),
    );
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const summary = JSON.parse(stdout);
    assert.equal(summary.command, 'generate');
    assert.equal(summary.rows, 2000);
    assert.equal(summary.rowsSkipped, 0);
    assert.equal(summary.seed, 7);
    assert.equal(summary.workers, 1);
    assert.equal(summary.start, '2026-01-05');
    assert.equal(summary.intervalSeconds, 10);
    assert.deepEqual(summary.range, [0, 2000]);
    assert.match(summary.scenarioHash, /^[0-9a-f]{64}$/);
    assert.match(summary.runId, /^[0-9a-f-]{36}$/);
  });

  it('is two lines on stderr, the load and its labels, and nothing with --quiet', async () => {
    const people = await runCli('generate --rows 2000 --to null'.split(' '));
    assert.match(
      people.stderr,
      /^2,000 rows in [^\n]+ rows\/s\): [^\n]+\nrisky: [\d.]+ %; [^\n]+ AUC [\d.]+, log-loss [\d.]+\n$/,
    );
    assert.equal(people.stdout, '');
    const quiet = await runCli('generate --rows 2000 --to null --quiet'.split(' '));
    assert.deepEqual(quiet, { code: 0, stdout: '', stderr: '' });
  });
});

describe('a worker thread that dies', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-worker-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('ends the run with an error that names its records', async () => {
    const preload = join(folder, 'die-in-worker.cjs');
    await writeFile(
      preload,
      // In the middle of a shard: where a thread counts its first rows.
      `if (!require('node:worker_threads').isMainThread) Atomics.add = () => process.exit(9);\n`,
    );
    const { code, stderr } = await runCli('generate --rows 1e6 --to null'.split(' '), {
      env: { NODE_OPTIONS: `--require ${preload}` },
    });
    assert.match(stderr, /^fleetgen: a worker thread ended while making records \d+:\d+ \([^\n]+\n$/);
    assert.equal(code, 1);
  });
});
