import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shardBytes } from '../made-up-load.js';

const CHILD = fileURLToPath(new URL('./stdout-child.js', import.meta.url));
const MIB = 1024 * 1024;
const SHARDS = 24;
const digest = createHash('sha256');
for (let shard = 0; shard < SHARDS; shard++) digest.update(shardBytes(shard, MIB));
const EXPECTED = digest.digest('hex');

test('a pipe gets every byte in order', async () => {
  const { stdout, stderr } = await shell(`"$NODE" "$CHILD" ${SHARDS} | { sleep 0.2; sha256sum; }`);
  assert.equal(stdout.slice(0, 64), EXPECTED);
  assert.equal(stderr, String(SHARDS * MIB));
});

test('a redirection gets every byte in order, after existing content', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-stdout-'));
  try {
    const file = join(folder, 'out.csv');
    await shell(`printf before > '${file}'; "$NODE" "$CHILD" ${SHARDS} >> '${file}'`);
    const written = await readFile(file);
    assert.equal(written.subarray(0, 6).toString(), 'before');
    assert.equal(createHash('sha256').update(written.subarray(6)).digest('hex'), EXPECTED);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a reader that closes the pipe early has its own error code', async () => {
  const { stderr } = await shell(`"$NODE" "$CHILD" ${SHARDS} | head -c 100 > /dev/null`);
  assert.equal(stderr, 'READER_CLOSED');
});

test('a full disk is an error', async () => {
  const { stderr } = await shell(`"$NODE" "$CHILD" 1 > /dev/full || true`);
  assert.equal(stderr, 'DISK_FULL');
});

function shell(command: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE: process.execPath, CHILD };
    execFile('sh', ['-c', command], { env }, (error, stdout, stderr) => {
      if (error) reject(error);
      else resolve({ stdout, stderr });
    });
  });
}
