/**
 * The module of a worker thread: generates shards, as many at a time as it has slots, and stops promptly if the run is
 * aborted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { toErrorData } from '../../base/errors.js';
import type { WorkerSinkSpec } from '../../sinks/load-target.js';
import { openShardSink } from '../../sinks/open-shard-sink.js';
import type { ShardDigest, ShardSink } from '../../sinks/shard-sink.js';
import { packLabels } from '../label/label-pack.js';
import { addProgress } from '../progress/progress-tally.js';
import { type ShardStreamer, shardStreamers } from './shard-rows.js';
import { sharedStateOn } from './shared-state.js';
import type { ShardTask, WorkerAnswer, WorkerSetup, WorkerTask } from './worker-messages.js';

/** Interval at which a worker that waits for its sink checks for an abort. */
const ABORT_POLL_MS = 50;

const { dataset, state: memory } = workerData as WorkerSetup;
const state = sharedStateOn(memory);
const createStreamer = shardStreamers(dataset);

/** The resources for one shard at a time, reused by the next. */
interface Slot {
  readonly stream: ShardStreamer;
  sink: ShardSink | undefined;
}

const idleSlots: Slot[] = [];

class Aborted extends Error {}

/** Called by the pool once per task. Failures are returned as data, never as a rejection. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  if (task.kind === 'close') return close(task.tasks);
  const slot = idleSlots.pop() ?? { stream: createStreamer(), sink: undefined };
  try {
    return { kind: 'done', digest: await runShard(task, slot) };
  } catch (error) {
    return error instanceof Aborted ? { kind: 'aborted' } : { kind: 'failed', error: toErrorData(error) };
  } finally {
    idleSlots.push(slot);
  }
}

async function runShard({ shard, sink: spec, labels, progress }: ShardTask, slot: Slot): Promise<ShardDigest> {
  const stop = watchAbort();
  let sink: ShardSink | undefined;
  try {
    sink = await stop.or(sinkOf(spec, slot));
    await stop.or(sink.begin(shard));
    const digest = await slot.stream(shard, sink, labels, {
      or: stop.or,
      progress: (rows, bytes) => addProgress(progress, rows, bytes),
    });
    await stop.or(sink.commit({ ...digest, labels: packLabels(labels) }));
    return digest;
  } catch (error) {
    await sink?.abort();
    throw error;
  } finally {
    stop.end();
    if (sink !== slot.sink) await sink?.close();
  }
}

/** An ordered sink belongs to its shard's port; every other kind is kept for the life of the slot. */
async function sinkOf(spec: WorkerSinkSpec, slot: Slot): Promise<ShardSink> {
  if (spec.kind === 'ordered') return openShardSink(spec);
  slot.sink ??= await openShardSink(spec);
  return slot.sink;
}

interface AbortWatch {
  /** The promise's value, or a rejection with Aborted as soon as the flag is seen. */
  or<T>(promise: Promise<T> | T): Promise<T>;
  end(): void;
}

/** Polls the flag, because a sink may wait for a stalled reader or server without limit. */
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

async function close(tasks: number): Promise<WorkerAnswer> {
  for (let slot = idleSlots.pop(); slot !== undefined; slot = idleSlots.pop()) await slot.sink?.close();
  state.countClosed();
  while (state.closed() < tasks) await sleep(2);
  return { kind: 'closed' };
}
