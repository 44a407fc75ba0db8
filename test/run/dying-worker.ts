/** The worker thread, but for one shard that ends it as often as the lines in a file say. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { WorkerAnswer, WorkerTask } from '../../src/run/messages.js';
import work from '../../src/run/worker.js';

/** `shard` dies `times` times; `log` is a file that outlives the threads and counts. */
interface Deaths {
  readonly shard: number;
  readonly times: number;
  readonly log: string;
}

export default async function dyingWork(task: WorkerTask): Promise<WorkerAnswer> {
  const { shard, times, log } = JSON.parse(process.env.TEST_DEATHS!) as Deaths;
  if (task.kind === 'shard' && task.shard.index === shard && readFileSync(log, 'utf8').length < times) {
    appendFileSync(log, 'x');
    process.exit(9);
  }
  return work(task);
}
