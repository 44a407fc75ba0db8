/** The worker thread, except that one shard kills it as many times as a file says. */
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import work from '#src/run/shards/shard-worker.js';
import type { WorkerAnswer, WorkerTask } from '#src/run/shards/worker-messages.js';

/** `shard` dies `times` times; `log` is a file that outlives the threads and counts. */
interface Deaths {
  readonly shard: number;
  readonly times: number;
  readonly log: string;
}

export default async function dyingWork(task: WorkerTask): Promise<WorkerAnswer> {
  const { shard, times, log } = JSON.parse(process.env.TEST_DEATHS!) as Deaths;
  if (task.kind === 'shard' && readFileSync(log, 'utf8').length < times) {
    if (task.shard.index === shard) {
      appendFileSync(log, 'x');
      await sleep(50);
      process.exit(9);
    }
    // So that the thread's other shards are in progress when it dies.
    await sleep(200);
  }
  return work(task);
}
