/** The small table of vehicles, streamed by the coordinator itself. */
import { createBatch } from '../../columns/batch.js';
import { compileCsvWriter } from '../../encode/csv.js';
import { runError } from '../../errors.js';
import type { Dataset } from '../../plan/dataset.js';
import { fillVehicles } from '../../simulate/vehicle-rows.js';
import type { Client } from './client.js';
import { CopyStream } from './copy-stream.js';

const BATCH_ROWS = 512;

/** Copies all vehicles of the dataset into an existing table and returns the bytes of CSV sent. */
export async function copyVehicles(client: Client, dataset: Dataset, schema: string, table: string): Promise<number> {
  const columns = dataset.vehicle.columns.map((column) => column.name);
  const writer = compileCsvWriter(dataset.vehicle);
  const batch = createBatch(dataset.vehicle, BATCH_ROWS);
  const copy = new CopyStream(client, schema, { table, columns }, 'csv');
  let buffer = new Uint8Array(BATCH_ROWS * writer.maxRowBytes);
  let sent = 0;
  let bytes = 0;
  for (let count = fillVehicles(dataset, 0, batch); count > 0; count = fillVehicles(dataset, sent, batch)) {
    const length = writer.write(batch, 0, count, buffer, 0);
    buffer = await copy.write(buffer, length);
    sent += count;
    bytes += length;
  }
  const stored = await copy.finish();
  if (stored !== sent) {
    throw runError('PG_ROWS_LOST', `the table of vehicles took ${stored} of ${sent} rows: run again`);
  }
  return bytes;
}
