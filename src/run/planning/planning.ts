/**
 * Plans a dataset without blocking the event loop: signals are handled, an abandoned plan ends, and a large one is computed
 * on all cores.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { abortReason } from '../../base/errors.js';
import type { Steps } from '../../plan/capacity/counting.js';
import { type Dataset, planSteps } from '../../plan/dataset.js';
import type { DatasetRequest } from '../../plan/request.js';
import { planThreads } from './plan-threads.js';

/** Milliseconds between yields to the event loop. */
const TURN_MS = 50;

/** Like planDataset. Once the signal is aborted, rejects with its FleetgenError or an equivalent one. */
export async function planUnlessAborted(
  request: DatasetRequest,
  signal: AbortSignal | undefined,
  threads = planThreads(),
): Promise<Dataset> {
  if (signal?.aborted) throw abortReason(signal);
  try {
    return await runUnlessAborted(planSteps(request, threads.counterFor), signal);
  } finally {
    await threads.end();
  }
}

async function runUnlessAborted<T>(steps: Steps<T>, signal: AbortSignal | undefined): Promise<T> {
  let step = steps.next();
  for (let since = performance.now(); !step.done; step = steps.next()) {
    if (step.value !== undefined) await step.value;
    else if (performance.now() - since < TURN_MS) continue;
    else await turn();
    if (signal?.aborted) throw abortReason(signal);
    since = performance.now();
  }
  if (signal?.aborted) throw abortReason(signal);
  return step.value;
}
