/** The expected rows, simulated again a batch at a time. */
import { createBatch } from '../../../columns/batch.js';
import type { Dataset } from '../../../plan/dataset.js';
import { createSimulator, type Simulator } from '../../../simulate/record-source.js';
import { fillVehicles } from '../../../simulate/vehicle-rows.js';
import type { Rows } from '../compare/compare-rows.js';

/** The records from:to, or their truth. */
export function simulatedRows(
  dataset: Dataset,
  from: number,
  to: number,
  batchRows: number,
  of: 'records' | 'truths' = 'records',
  simulator: Simulator = createSimulator(dataset),
): Rows {
  const records = createBatch(dataset.simulated, batchRows);
  const source = simulator.range(from, to);
  if (of === 'records') return { batch: records, next: async () => source.fill(records) > 0 };
  const truths = createBatch(dataset.truth, batchRows);
  return { batch: truths, next: async () => source.fill(records, truths) > 0 };
}

export function simulatedVehicles(dataset: Dataset, batchRows: number): Rows {
  const batch = createBatch(dataset.vehicle, batchRows);
  let made = 0;
  const next = async () => {
    made += fillVehicles(dataset, made, batch);
    return batch.length > 0;
  };
  return { batch, next };
}
