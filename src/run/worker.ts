/** One worker thread: takes shards one after another, each into a sink, and stops soon when the run is aborted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { toErrorData } from '../errors.js';
import type { Shard } from '../plan/shards.js';
import { openShardSink } from '../sinks/open-sink.js';
import type { ShardSink } from '../sinks/sink.js';
import type { WorkerSinkSpec } from '../sinks/target.js';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './messages.js';
import { createShardStreamer, type ShardRows } from './shard-rows.js';
import { sharedStateOn } from './shared-state.js';

/** How soon a worker that waits for its sink notices an abort. */
const ABORT_POLL_MS = 50;

const { dataset, state: memory } = workerData as WorkerSetup;
const state = sharedStateOn(memory);
const streamShard = createShardStreamer(dataset);

let keptSink: ShardSink | undefined;

class Aborted extends Error {}

/** Called by the pool, once per task. Failures come back as data, never as a rejection. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  if (task.kind === 'close') return close(task.workers);
  try {
    return { kind: 'done', ...(await runShard(task.shard, task.sink)) };
  } catch (error) {
    return error instanceof Aborted ? { kind: 'aborted' } : { kind: 'failed', error: toErrorData(error) };
  }
}

async function runShard(shard: Shard, spec: WorkerSinkSpec): Promise<ShardRows> {
  const stop = watchAbort();
  let sink: ShardSink | undefined;
  try {
    sink = await stop.or(sinkOf(spec));
    await stop.or(sink.begin(shard));
    const rows = await streamShard(shard, sink, { or: stop.or, progress: state.add });
    await stop.or(sink.commit(rows.digest));
    return rows;
  } catch (error) {
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
