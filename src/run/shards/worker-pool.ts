/** The worker threads of one load: a piscina pool with an orderly or a quick end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataset } from '../../plan/dataset.js';
import type { Shard } from '../../plan/shards.js';
import type { LoadTarget } from '../../sinks/load-target.js';
import { startPool, workerDied } from '../../threads/thread-pool.js';
import type { LabelCounts } from '../label/label-quality.js';
import type { AttemptProgress } from '../progress/progress-tally.js';
import { createSharedState } from './shared-state.js';
import type { CloseTask, ShardTask, WorkerAnswer, WorkerSetup, WorkerTask } from './worker-messages.js';

/** How long threads may take to close their sinks before they are terminated. */
const GRACE_MS = 1000;
/**
 * A batch allocates little, and all of it is short-lived: a larger young generation would only let the thread's memory
 * grow.
 */
const YOUNG_GENERATION_MB = 6;

export interface WorkerPool {
  /** Rejects with a FleetgenError if the thread dies; every other failure is an answer. */
  run(
    shard: Shard,
    sink: ReturnType<LoadTarget['sinkFor']>,
    labels: LabelCounts,
    progress: AttemptProgress,
  ): Promise<WorkerAnswer>;
  /** After the last shard: every worker closes its sink, then the threads end. */
  close(): Promise<void>;
  /** After a failure: the threads see the abort flag, undo their shards and end; stuck ones are terminated. */
  abort(): Promise<void>;
}

export function openWorkerPool(
  dataset: Dataset,
  { threads, shardsPerThread }: { readonly threads: number; readonly shardsPerThread: number },
  workerFile: URL = new URL('./shard-worker.js', import.meta.url),
): WorkerPool {
  const state = createSharedState();
  const setup: WorkerSetup = { dataset, state: state.memory };
  const pool = startPool<WorkerTask, WorkerAnswer>(threads, workerFile, setup, {
    concurrentTasksPerWorker: shardsPerThread,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  // A thread that fails between shards is replaced like any other.
  pool.on('error', () => {});
  const running = new Set<Promise<unknown>>();

  const inGrace = (promises: Iterable<Promise<unknown>>) =>
    Promise.race([Promise.allSettled(promises), sleep(GRACE_MS, undefined, { ref: false })]);

  return {
    async run(shard, sink, labels, progress) {
      const task: ShardTask = { kind: 'shard', shard, sink: sink.spec, labels, progress };
      const answer = pool.run(task, { transferList: [...sink.transfer] as never[] });
      running.add(answer);
      try {
        return await answer;
      } catch (cause) {
        throw workerDied(`making records ${recordsOf(shard, dataset)}`, cause);
      } finally {
        running.delete(answer);
      }
    },
    async close() {
      const tasks = threads * shardsPerThread;
      const task: CloseTask = { kind: 'close', tasks };
      await inGrace(Array.from({ length: tasks }, () => pool.run(task)));
      await pool.end();
    },
    async abort() {
      state.requestAbort();
      await inGrace(running);
      await pool.end();
    },
  };
}

function recordsOf(shard: Shard, { firstRecordId }: Dataset): string {
  return `${shard.from + firstRecordId}:${shard.to + firstRecordId}`;
}
