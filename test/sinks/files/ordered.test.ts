import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { FleetgenError, runError } from '#src/base/errors.js';
import { FILE_DEFAULTS } from '#src/formats/file-options.js';
import { SHARD_CREDIT_BYTES } from '#src/sinks/files/ordered-messages.js';
import { createOrderedTarget } from '#src/sinks/files/ordered-target.js';
import type { Output } from '#src/sinks/files/output.js';
import type { LoadTarget } from '#src/sinks/load-target.js';
import { DIGEST, madeUpLoad, openSinks, sendAll, sendShard, shardBytes } from '../made-up-load.js';

const MIB = 1024 * 1024;

test('bytes are written in the order of the shards, in whatever order they are generated', async () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(order, fc.array(fc.nat(5000), { minLength: 5, maxLength: 5 }), async (made, lengths) => {
      const output = memoryOutput();
      const { target, sinks } = await opened(output, 5);
      const shards = lengths.map((length, shard) => shardBytes(shard, length));
      await Promise.all(made.map((shard) => sendShard(sinks[shard]!, shards[shard]!, 700)));
      await target.finish();
      assert.deepEqual(output.bytes(), Buffer.concat(shards));
    }),
    { numRuns: 50 },
  );
});

test('a long shard passes through recycled buffers unchanged while another waits for its turn', async () => {
  const output = memoryOutput();
  const { target, sinks } = await opened(output, 2);
  const shards = [shardBytes(0, 40 * MIB), shardBytes(1, 3 * MIB)];
  await Promise.all([sendShard(sinks[1]!, shards[1]!, 64 * 1024), sendShard(sinks[0]!, shards[0]!, 64 * 1024)]);
  await target.finish();
  assert.ok(output.bytes().equals(Buffer.concat(shards)));
});

test('a shard ahead of its turn stops when its credit is used up, and continues in its turn', async () => {
  const output = memoryOutput();
  const { target, sinks } = await opened(output, 2);
  const ahead = shardBytes(1, 2 * SHARD_CREDIT_BYTES);
  let finished = false;
  const sent = sendShard(sinks[1]!, ahead, MIB).then(() => {
    finished = true;
  });
  for (let i = 0; i < 200; i++) await turn();
  assert.equal(finished, false);
  assert.equal(output.bytes().length, 0);
  await sendShard(sinks[0]!, shardBytes(0, 10), MIB);
  await sent;
  await target.finish();
  assert.equal(output.bytes().length, ahead.length + 10);
});

test('finished shards that wait for their turn let only a bounded number of workers continue', async () => {
  const { target, sinks } = await opened(memoryOutput(), 8);
  let committed = 0;
  const sent = [1, 2, 3, 4, 5, 6, 7].map((shard) =>
    sendShard(sinks[shard]!, shardBytes(shard, 12 * MIB), MIB).then(() => {
      committed++;
    }),
  );
  for (let i = 0; i < 200; i++) await turn();
  assert.ok(committed < 7, `${committed} shards of 12 MiB were taken before the first one came`);
  await sendShard(sinks[0]!, shardBytes(0, 1), MIB);
  await Promise.all(sent);
  await target.finish();
});

test('compressed shards are one gzip file, the same in whatever order they are generated', async () => {
  const shards = [shardBytes(0, 100_000), shardBytes(1, 50_000), shardBytes(2, 0)];
  const files: Buffer[] = [];
  for (const made of [
    [0, 1, 2],
    [2, 1, 0],
  ]) {
    const output = memoryOutput();
    const { target, sinks } = await opened(output, 3, true);
    for (const shard of made.map((each) => sendShard(sinks[each]!, shards[each]!, 30_000))) await shard;
    await target.finish();
    files.push(output.bytes());
  }
  assert.deepEqual(files[0], files[1]);
  assert.deepEqual(gunzipSync(files[0]!), Buffer.concat(shards));
});

test('no records and no header are a valid empty gzip file', async () => {
  const output = memoryOutput();
  const { target } = await opened(output, 0, true);
  await target.finish();
  assert.equal(gunzipSync(output.bytes()).length, 0);
});

test("a failing output fails every worker and the load, with the output's error", async () => {
  const full: Output = {
    ...memoryOutput(),
    write: async () => {
      throw runError('DISK_FULL', 'no space left to write fleet.csv');
    },
  };
  const { target, sinks } = await opened(full, 2);
  const isFull = (error: unknown) =>
    error instanceof FleetgenError && error.code === 'DISK_FULL' && error.exitCode === 1;
  const waiting = assert.rejects(sendShard(sinks[1]!, shardBytes(1, 2 * SHARD_CREDIT_BYTES), MIB), isFull);
  await assert.rejects(sendShard(sinks[0]!, shardBytes(0, 20 * MIB), MIB), isFull);
  await waiting;
  await assert.rejects(target.finish(), isFull);
});

test('abort unblocks a worker that waits for credit and one that waits to be accepted', async () => {
  const { target, sinks } = await opened(memoryOutput(), 6);
  const stopped = { code: 'ABORTED' };
  const waiting = [1, 2, 3, 4].map((shard) => sendAll(sinks[shard]!, shardBytes(shard, 12 * MIB), MIB));
  await Promise.all(waiting);
  const commits = assert.rejects(Promise.all([1, 2, 3, 4].map((shard) => sinks[shard]!.commit(DIGEST))), stopped);
  const credit = assert.rejects(sendShard(sinks[5]!, shardBytes(5, 2 * SHARD_CREDIT_BYTES), MIB), stopped);
  for (let i = 0; i < 50; i++) await turn();
  await target.abort();
  await commits;
  await credit;
});

test('a shard whose worker has died is reported, not skipped', async () => {
  const output = memoryOutput();
  const { target, sinks } = await opened(output, 2);
  await sendShard(sinks[1]!, shardBytes(1, 10), 10);
  await sinks[0]!.abort();
  await assert.rejects(target.finish(), { code: 'SHARD_LOST' });
  await target.abort();
  assert.equal(output.bytes().length, 0);
});

async function opened(output: Output, shardCount: number, gzip = false) {
  const target: LoadTarget = createOrderedTarget({
    name: 'memory',
    file: {
      kind: { format: 'csv', compression: gzip ? 'gzip' : undefined },
      options: { ...FILE_DEFAULTS, header: false },
    },
    open: async () => ({ main: output }),
  });
  const load = madeUpLoad(shardCount);
  await target.open(load);
  return { target, sinks: await openSinks(target, load) };
}

function memoryOutput(): Output & { bytes(): Buffer } {
  const pieces: Buffer[] = [];
  return {
    async write(bytes) {
      pieces.push(Buffer.from(bytes));
      await turn();
    },
    close: async () => {},
    publish: async () => {},
    discard: async () => {},
    bytes: () => Buffer.concat(pieces),
  };
}
