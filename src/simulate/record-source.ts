import type { Batch } from '../columns/batch.js';
import type { Dataset } from '../plan/dataset.js';

/** Records in order, a batch at a time. */
export interface RecordSource {
  /** Fills the batch with the next records, sets batch.length and returns it; 0 at the end. */
  fill(batch: Batch): number;
}

/** The records from (inclusive) to (exclusive) of the dataset. Simulates nothing before the first one's vehicle-day. */
export function createRecordSource(dataset: Dataset, from: number, to: number): RecordSource {
  let next = from;
  return {
    fill(batch) {
      const count = Math.min(batch.capacity, to - next);
      const a = batch.arrays;
      for (let i = 0; i < count; i++) {
        for (const column of dataset.telemetry.columns) a[column.name]![i] = 0;
        a.record_id![i] = next + dataset.firstRecordId;
        a.recorded_at![i] = 1767600000000 + next * 1000;
        next++;
      }
      batch.length = count;
      return count;
    },
  };
}

/** Fills the batch with the vehicles from `first` on, sets batch.length and returns it; 0 at the end. */
export function fillVehicles(dataset: Dataset, first: number, batch: Batch): number {
  const count = Math.max(0, Math.min(batch.capacity, dataset.vehicles - first));
  for (let i = 0; i < count; i++) {
    for (const column of dataset.vehicle.columns) batch.arrays[column.name]![i] = 0;
    batch.arrays.vehicle_id![i] = first + i;
    batch.arrays.driver_id![i] = first + i;
  }
  batch.length = count;
  return count;
}
