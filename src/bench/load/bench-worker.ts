/**
 * A worker thread of the bench: runs the task it is sent for a given time and returns the amount of work and the time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { copyStep, encodeStep, generateStep, pointerChaseStep, type Step, simulateStep } from './bench-tasks.js';
import type { BenchCommand, BenchReply, BenchTask, BenchThreadSetup } from './bench-threads.js';

const { dataset, place } = workerData as BenchThreadSetup;
const steps = new Map<string, Step>();

function stepOf(task: BenchTask): Step {
  const name = JSON.stringify(task);
  const ready = steps.get(name);
  if (ready !== undefined) return ready;
  // Keep only one large buffer at a time.
  if (task.kind === 'copy' || task.kind === 'chase') steps.clear();
  const step = makeStepOf(task);
  steps.set(name, step);
  return step;
}

function makeStepOf(task: BenchTask): Step {
  switch (task.kind) {
    case 'simulate':
      return simulateStep(dataset, place);
    case 'encode':
      return encodeStep(dataset, place);
    case 'make':
      return generateStep(dataset, place);
    case 'copy':
      return copyStep(task.bytes);
    case 'chase':
      return pointerChaseStep(task.bytes);
  }
}

parentPort!.on('message', async ({ task, seconds }: BenchCommand) => {
  const step = stepOf(task);
  if (seconds === undefined) {
    parentPort!.postMessage({ work: 0, seconds: 0 } satisfies BenchReply);
    return;
  }
  const started = performance.now();
  let work = 0;
  let ms = 0;
  for (; ms < seconds * 1000; ms = performance.now() - started) work += await step();
  parentPort!.postMessage({ work, seconds: ms / 1000 } satisfies BenchReply);
});
