/** Plans a dataset without holding up the process: signals are heard, and a plan that nobody waits for any more ends. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Dataset, planSteps } from '../plan/dataset.js';
import type { DatasetRequest } from '../plan/request.js';
import { interruptionOf } from './interruption.js';

/** How long others wait for their turn. */
const TURN_MS = 50;

/** Like planDataset. Rejects with the signal's FleetgenError, or one that says as much, once it is aborted. */
export async function planUnlessAborted(request: DatasetRequest, signal: AbortSignal | undefined): Promise<Dataset> {
  signal?.throwIfAborted();
  const steps = planSteps(request);
  let step = steps.next();
  for (let since = performance.now(); !step.done; step = steps.next()) {
    if (performance.now() - since < TURN_MS) continue;
    await turn();
    if (signal?.aborted) throw interruptionOf(signal);
    since = performance.now();
  }
  if (signal?.aborted) throw interruptionOf(signal);
  return step.value;
}
