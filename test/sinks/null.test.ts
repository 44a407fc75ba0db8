import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNullTarget } from '#src/sinks/null.js';
import { openShardSink } from '#src/sinks/open-shard-sink.js';
import { madeUpLoad } from './made-up-load.js';

test('counts the bytes it discards, and returns the buffer at once', async () => {
  const target = createNullTarget();
  const load = madeUpLoad(2);
  await target.open(load);
  for (const shard of load.shards) {
    const sink = await openShardSink(target.sinkFor(shard).spec);
    await sink.begin(shard);
    const buffer = new Uint8Array(16);
    assert.equal(await sink.write(buffer, 16), buffer);
    await sink.commit({ rows: 1, bytes: 16, digest: '' });
    await sink.close();
    target.shardDone(shard, { rows: 1, bytes: 16, digest: '' });
  }
  assert.deepEqual(await target.finish(), { target: 'null', bytes: 32, finishSeconds: 0 });
});
