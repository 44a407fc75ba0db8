/** A load of synthetic bytes: what a coordinator and its workers do with a target, on one thread. */
import { planDataset } from '#src/plan/dataset.js';
import type { Shard } from '#src/plan/shards.js';
import type { Load, LoadTarget } from '#src/sinks/load-target.js';
import { openShardSink } from '#src/sinks/open-shard-sink.js';
import type { ShardSink } from '#src/sinks/shard-sink.js';

export const DIGEST = { rows: 0, bytes: 0, digest: '' };

export function madeUpLoad(shardCount: number, truth = false): Load {
  const dataset = planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10, vehicles: 3, days: 1 });
  const shards = Array.from({ length: shardCount }, (_, index): Shard => ({ index, from: index, to: index + 1 }));
  return { runId: '0123456789abcdef', dataset, from: 0, to: shardCount, truth, shards, workers: 2 };
}

/** Sinks of all the shards, asked for in order as a coordinator does. */
export function openSinks(target: LoadTarget, load: Load): Promise<ShardSink[]> {
  return Promise.all(load.shards.map((shard) => openShardSink(target.sinkFor(shard).spec)));
}

/** `length` bytes that differ between shards and between positions in a shard. */
export function shardBytes(shard: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = shard * 31 + i * 7 + (i >> 8);
  return bytes;
}

/** Sends bytes through a sink in pieces of `size`, in the buffers that the sink gives back. */
export async function sendAll(sink: ShardSink, bytes: Uint8Array, size: number): Promise<void> {
  let buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    buffer = await sink.write(buffer, piece.length);
  }
}

export async function sendShard(sink: ShardSink, bytes: Uint8Array, size: number): Promise<void> {
  await sendAll(sink, bytes, size);
  await sink.commit(DIGEST);
  await sink.close();
}
