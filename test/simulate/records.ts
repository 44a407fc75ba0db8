/** Records of a dataset for tests: as columns, and as the bytes of their CSV. */
import { createHash } from 'node:crypto';
import { type Batch, createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { type CsvWriter, compileCsvWriter } from '#src/encode/csv.js';
import type { Dataset } from '#src/plan/dataset.js';
import { createSimulator, type Simulator } from '#src/simulate/record-source.js';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Writers by what their schemas say: each is compiled code, and slow while it is new. */
const writers = new Map<string, CsvWriter>();

function csvWriterOf(schema: TableSchema): CsvWriter {
  const key = JSON.stringify(schema);
  const writer = writers.get(key) ?? compileCsvWriter(schema);
  writers.set(key, writer);
  return writer;
}

/** The records of a range in one batch. */
export function recordsOf(dataset: Dataset, range: Range = { from: 0, to: dataset.rows }): Batch {
  const batch = createBatch(dataset.telemetry, Math.max(1, range.to - range.from));
  createSimulator(dataset).range(range.from, range.to).fill(batch);
  return batch;
}

/** The CSV (no header) of a range, simulated `batchRows` records at a time. */
export function csvOf(dataset: Dataset, range: Range, batchRows = 4096, simulator?: Simulator): Buffer {
  const source = (simulator ?? createSimulator(dataset)).range(range.from, range.to);
  const batch = createBatch(dataset.telemetry, batchRows);
  const writer = csvWriterOf(dataset.telemetry);
  const out = Buffer.alloc(writer.maxRowBytes * Math.max(1, range.to - range.from));
  let end = 0;
  while (source.fill(batch) > 0) end = writer.write(batch, 0, batch.length, out, end);
  return out.subarray(0, end);
}

export function encode(schema: TableSchema, batch: Batch): Buffer {
  const writer = csvWriterOf(schema);
  const out = Buffer.alloc(writer.maxRowBytes * batch.length);
  return out.subarray(0, writer.write(batch, 0, batch.length, out, 0));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
