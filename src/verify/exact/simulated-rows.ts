/** The records that should be there, made again a batch at a time. */
import { createBatch } from '../../columns/batch.js';
import type { Dataset } from '../../plan/dataset.js';
import { createSimulator, type Simulator } from '../../simulate/record-source.js';
import type { Rows } from './compare.js';

export function simulatedRows(
  dataset: Dataset,
  from: number,
  to: number,
  batchRows: number,
  simulator?: Simulator,
): Rows {
  const batch = createBatch(dataset.telemetry, batchRows);
  const source = (simulator ?? createSimulator(dataset)).range(from, to);
  return { batch, next: async () => source.fill(batch) > 0 };
}
