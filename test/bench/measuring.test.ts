import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { randomCycle } from '#src/bench/load/bench-tasks.js';
import { checkSpace, freeBytes, measureDisk } from '#src/bench/measure/disk.js';
import { interleave } from '#src/bench/measure/interleave.js';
import { workerCounts } from '#src/bench/measure/processor.js';
import { median, spreadText } from '#src/bench/measure/round-statistics.js';
import { ONE_MINUTE_SIZE } from '#src/bench/measure/size.js';
import { withTemporaryFolder } from '#src/bench/measure/temporary-folder.js';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
});
after(() => rm(folder, { recursive: true }));

describe('measuring', () => {
  it('reports the median of the rounds and their spread', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(spreadText([90, 100, 130]), '-10 .. +30 %');
    assert.equal(spreadText([100]), '');
  });

  it('runs every second round in reverse order', async () => {
    const seen: string[] = [];
    const sides = ['a', 'b'].map((name) => async () => void seen.push(name));
    await interleave(3, sides, (round) => seen.push(round));
    assert.equal(seen.join(' '), 'round 1 of 3 a b round 2 of 3 b a round 3 of 3 a b');
  });

  it('doubles the workers up to all of them', () => {
    assert.deepEqual(workerCounts(1), [1]);
    assert.deepEqual(workerCounts(2), [1, 2]);
    assert.deepEqual(workerCounts(6), [1, 2, 4, 6]);
    assert.deepEqual(workerCounts(8), [1, 2, 4, 8]);
  });

  it('visits every cache line before repeating one', () => {
    const lines = 5000;
    const next = randomCycle(lines);
    const seen = new Set<number>();
    for (let at = 0; !seen.has(at); at = next[at]!) seen.add(at);
    assert.equal(seen.size, lines);
    assert.ok([...seen].every((at) => at % 16 === 0));
  });

  it('measures a disk with real writes and removes its file', async () => {
    const size = { ...ONE_MINUTE_SIZE, rounds: 2, diskSeconds: 0.05, diskBytes: 1e6 };
    const { figures } = await measureDisk({ folder, size });
    assert.deepEqual(
      figures.map(({ name, unit, values }) => [name, unit, values.length]),
      [
        ['write', 'bytes/s', 2],
        ['sync', 's', 2],
      ],
    );
    assert.ok(figures.every(({ values }) => values.every((value) => value > 0 && Number.isFinite(value))));
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses a disk with too little space, and a path that is not a folder', async () => {
    await checkSpace(folder, 1);
    const free = await freeBytes(folder);
    await assert.rejects(checkSpace(folder, 2 * free), {
      exitCode: 1,
      code: 'DISK_FULL',
      message: /GB free and .* needs/,
    });
    const none = withTemporaryFolder(async () => {}, join(folder, 'none'));
    await assert.rejects(none, { exitCode: 2, code: 'NO_FOLDER' });
  });

  it('refuses a folder that may not be written', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async () => {
    const locked = await mkdtemp(join(folder, 'locked-'));
    await chmod(locked, 0o500);
    await assert.rejects(
      withTemporaryFolder(async () => {}, locked),
      { exitCode: 2, code: 'NOT_WRITABLE' },
    );
  });
});
