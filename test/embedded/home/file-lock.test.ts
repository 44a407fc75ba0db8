import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { withLock } from '#src/embedded/home/file-lock.js';

let folder: string;
let lock: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-lock-'));
  lock = join(folder, 'lock');
});
after(() => rm(folder, { recursive: true }));

test('allows one holder at a time, also within a process', async () => {
  let inside = 0;
  let max = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    max = Math.max(max, inside);
    for (let i = 0; i < 5; i++) await turn();
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(lock, work)));
  assert.equal(max, 1);
  assert.deepEqual(await readdir(folder), []);
});

test('releases the lock when the work fails', async () => {
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error('no'))),
    /^Error: no$/,
  );
  assert.equal(await withLock(lock, async () => 'yes'), 'yes');
});

test('takes over from a process that died', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await symlink(`${pid}-1`, lock);
  assert.equal(await withLock(lock, async () => 'mine'), 'mine');
  assert.deepEqual(await readdir(folder), []);
});

test('is not blocked by a file that is not a lock', async () => {
  await writeFile(lock, 'garbage');
  assert.equal(await withLock(lock, async () => 'mine'), 'mine');
  assert.deepEqual(await readdir(folder), []);
});
