import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FILE_DEFAULTS } from '#src/formats/file-options.js';
import { planDataset } from '#src/plan/dataset.js';
import { shardsOf } from '#src/plan/shards.js';
import { type Progress, runLoad } from '#src/run/coordinator.js';
import type { RunEvent } from '#src/run/progress/run-events.js';
import { createFileTarget } from '#src/sinks/files/file.js';
import type { LoadTarget } from '#src/sinks/load-target.js';
import { createNullTarget } from '#src/sinks/null.js';

const workerFile = new URL('./dying-worker.js', import.meta.url);
const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 140_000 });

describe('a worker thread that dies', () => {
  let folder = '';
  let log = '';
  /** Of all records, when no thread dies. */
  let wholeDigest: string | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-deaths-'));
    log = join(folder, 'deaths');
    wholeDigest = (await load(0, createNullTarget())).digest;
  });
  after(() => rm(folder, { recursive: true }));

  const rangeOf = (index: number): string => {
    const { from, to } = shardsOf(dataset, 0, dataset.rows)[index]!;
    return `${from}:${to}`;
  };

  const load = async (
    times: number,
    target: LoadTarget,
    events: RunEvent[] = [],
    onProgress: (progress: Progress) => void = () => {},
  ) => {
    await writeFile(log, '');
    // Shards that fail together are tried again together, the first one first.
    const retry = { deadlineMs: 60_000, firstPauseMs: 1, longestPauseMs: 1 };
    process.env.TEST_DEATHS = JSON.stringify({ shard: 1, times, log });
    const onEvent = (event: RunEvent) => events.push(event);
    return runLoad({ dataset, from: 0, to: dataset.rows, target, workers: 2, workerFile, onEvent, onProgress, retry });
  };

  it('is replaced, and its shard retried with the same records', async () => {
    const events: RunEvent[] = [];
    const { digest, rows } = await load(1, createNullTarget(), events);
    assert.ok(wholeDigest !== undefined);
    assert.equal(digest, wholeDigest);
    assert.equal(rows, dataset.rows);
    const retries = events.filter((event) => event.kind === 'retry');
    assert.deepEqual(
      retries.map(({ shard, code, attempt }) => [shard?.index, code, attempt]),
      [[1, 'WORKER_DIED', 1]],
    );
    assert.equal(await readFile(log, 'utf8'), 'x');
  });

  it('ends the run if it dies twice on one shard, naming the records', async () => {
    await assert.rejects(load(2, createNullTarget()), {
      exitCode: 1,
      code: 'WORKER_DIED',
      message: /while making records \d+:\d+ .*exited with code: 9/,
    });
    assert.equal(await readFile(log, 'utf8'), 'xx');
  });

  it('with several shards in progress: only the shard that kills it twice is named', async () => {
    // One thread makes both shards of a pair, so that both see it end.
    const target = { ...createNullTarget(), shardsPerThread: 2 };
    const events: RunEvent[] = [];
    await assert.rejects(load(2, target, events), {
      code: 'WORKER_DIED',
      message: new RegExp(`records ${rangeOf(1)} `),
    });
    assert.equal(await readFile(log, 'utf8'), 'xx');
    const suspects = new Set(events.flatMap((event) => (event.kind === 'retry' ? [event.shard!.index] : [])));
    assert.ok(suspects.has(1) && suspects.size > 1, [...suspects].join());
    assert.equal((await load(1, target)).digest, wholeDigest);
  });

  it('has its rows counted once', async () => {
    let last = { rows: 0, bytes: 0 };
    await load(1, { ...createNullTarget(), shardsPerThread: 2 }, [], (progress) => {
      last = progress;
    });
    assert.equal(last.rows, dataset.rows);
  });

  it('ends a run into a file, which may already hold part of the shard', async () => {
    const path = join(folder, 'fleet.csv');
    const target = createFileTarget({
      path,
      file: { kind: { format: 'csv', compression: undefined }, options: FILE_DEFAULTS },
      ifExists: 'fail',
    });
    await assert.rejects(load(1, target), { exitCode: 1, code: 'WORKER_DIED' });
    await assert.rejects(readFile(path), { code: 'ENOENT' });
  });
});
