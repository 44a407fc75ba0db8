/**
 * One worker thread: simulates, encodes and digests a shard and streams it into its sink. Memory is one batch, one
 * chunk and what the sink recycles, whatever the size of the shard.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { createBatch } from '../columns/batch.js';
import { compileCsvWriter } from '../encode/csv.js';
import { toErrorData } from '../errors.js';
import type { Shard } from '../plan/shards.js';
import { createSimulator } from '../simulate/record-source.js';
import { openShardSink } from '../sinks/open-sink.js';
import type { ShardDigest, ShardSink } from '../sinks/sink.js';
import type { WorkerSinkSpec } from '../sinks/target.js';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './messages.js';
import { sharedStateOn } from './shared-state.js';

const BATCH_ROWS = 1024;
const CHUNK_BYTES = 256 * 1024;
/** How soon a worker that waits for its sink notices an abort. */
const ABORT_POLL_MS = 50;

const { dataset, state: memory } = workerData as WorkerSetup;
const state = sharedStateOn(memory);
const writer = compileCsvWriter(dataset.telemetry);
const batch = createBatch(dataset.telemetry, BATCH_ROWS);
const simulator = createSimulator(dataset);

let buffer = new Uint8Array(CHUNK_BYTES);
let keptSink: ShardSink | undefined;

class Aborted extends Error {}

/** Called by the pool, once per task. Failures come back as data, never as a rejection. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  if (task.kind === 'close') return close(task.workers);
  try {
    return { kind: 'done', digest: await runShard(task.shard, task.sink) };
  } catch (error) {
    return error instanceof Aborted ? { kind: 'aborted' } : { kind: 'failed', error: toErrorData(error) };
  }
}

async function runShard(shard: Shard, spec: WorkerSinkSpec): Promise<ShardDigest> {
  const stop = watchAbort();
  let sink: ShardSink | undefined;
  try {
    sink = await stop.or(sinkOf(spec));
    await stop.or(sink.begin(shard));
    const digest = await streamShard(shard, sink, stop);
    await stop.or(sink.commit(digest));
    return digest;
  } catch (error) {
    // A sink that failed may still hold the buffer it was given.
    buffer = new Uint8Array(CHUNK_BYTES);
    await sink?.abort();
    throw error;
  } finally {
    stop.end();
    if (sink !== keptSink) await sink?.close();
  }
}

/** An ordered sink belongs to its shard's port; every other kind lasts as long as the thread. */
async function sinkOf(spec: WorkerSinkSpec): Promise<ShardSink> {
  if (spec.kind === 'ordered') return openShardSink(spec);
  if (keptSink !== undefined) return keptSink;
  const sink = await openShardSink(spec);
  keptSink = sink;
  return sink;
}

async function streamShard(shard: Shard, sink: ShardSink, stop: AbortWatch): Promise<ShardDigest> {
  const source = simulator.range(shard.from, shard.to);
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  let used = 0;
  let rowsInBuffer = 0;

  const flush = async () => {
    hash.update(buffer.subarray(0, used));
    buffer = await stop.or(sink.write(buffer, used));
    state.add(rowsInBuffer, used);
    bytes += used;
    used = 0;
    rowsInBuffer = 0;
  };

  for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
    for (let row = 0; row < count; ) {
      const room = Math.floor((buffer.length - used) / writer.maxRowBytes);
      if (room === 0) {
        await flush();
        continue;
      }
      const end = Math.min(count, row + room);
      used = writer.write(batch, row, end, buffer, used);
      rowsInBuffer += end - row;
      row = end;
    }
    rows += count;
  }
  if (used > 0) await flush();
  return { rows, bytes, sha256: hash.digest('hex') };
}

interface AbortWatch {
  /** The promise's value, or a rejection with Aborted as soon as the flag is seen. */
  or<T>(promise: Promise<T> | T): Promise<T>;
  end(): void;
}

/** The flag is polled, because a sink can wait for as long as a reader or a server sleeps. */
function watchAbort(): AbortWatch {
  let raise: (error: Aborted) => void = () => {};
  const raised = new Promise<never>((_resolve, reject) => {
    raise = reject;
  });
  raised.catch(() => {});
  const timer = setInterval(() => state.aborted() && raise(new Aborted()), ABORT_POLL_MS);
  return {
    async or(promise) {
      if (state.aborted()) {
        Promise.resolve(promise).catch(() => {});
        throw new Aborted();
      }
      return Promise.race([promise, raised]);
    },
    end: () => clearInterval(timer),
  };
}

async function close(workers: number): Promise<WorkerAnswer> {
  await keptSink?.close();
  keptSink = undefined;
  state.countClosed();
  while (state.closed() < workers) await sleep(2);
  return { kind: 'closed' };
}
