/**
 * External merge sort by time of arrival, in bounded memory: sorted runs in a temporary file, then a merge of the runs.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import { writeError } from '../../sinks/files/output-errors.js';
import { ArrivalHeap, type HeapEntry } from './arrival-heap.js';
import { rowCodec } from './row-codec.js';

const RUN_ROWS = 65_536;
/** Read-ahead buffer for all runs together. */
const MERGE_BYTES = 16 * 1024 * 1024;
const MIN_READ_ROWS = 16;
const BATCH_ROWS = 1024;

interface Run extends HeapEntry {
  /** Rows of the file that are not in `rows` yet: from `next` (inclusive) to `end` (exclusive). */
  next: number;
  readonly end: number;
  view: DataView;
  at: number;
  count: number;
}

/** Virtual time of arrival of a row, in milliseconds. */
export function arrivalOf(batch: Batch<TelemetryColumns>, row: number): number {
  return batch.arrays.recorded_at[row]! + batch.arrays.network_delay_ms[row]!;
}

/** The rows of all batches in order of arrival, ties by record_id. The yielded batch is reused. */
export async function* sortByArrival(
  schema: TableSchema<TelemetryColumns>,
  batches: AsyncIterable<Batch<TelemetryColumns>>,
): AsyncGenerator<Batch<TelemetryColumns>> {
  const file = await openNameless();
  try {
    const runs = await writeRuns(schema, batches, file);
    yield* mergeRuns(schema, runs, file);
  } finally {
    await file.close();
  }
}

/** Opens an unlinked temporary file, which disappears however the process ends. */
async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-replay-'));
  try {
    return await open(join(folder, 'rows'), 'w+');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes sorted runs; returns the end of each, in rows. */
async function writeRuns(
  schema: TableSchema<TelemetryColumns>,
  batches: AsyncIterable<Batch<TelemetryColumns>>,
  file: FileHandle,
): Promise<number[]> {
  const codec = rowCodec(schema);
  const run = createBatch(schema, RUN_ROWS);
  const bytes = Buffer.alloc(RUN_ROWS * codec.rowBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends: number[] = [];
  let written = 0;

  const writeRun = async (): Promise<void> => {
    if (run.length === 0) return;
    const ids = run.arrays.record_id;
    const order = Array.from({ length: run.length }, (_, row) => row);
    order.sort((a, b) => arrivalOf(run, a) - arrivalOf(run, b) || ids[a]! - ids[b]!);
    order.forEach((row, i) => {
      codec.write(run, row, view, i * codec.rowBytes);
    });
    const length = run.length * codec.rowBytes;
    for (let done = 0; done < length; ) {
      const { bytesWritten } = await file
        .write(bytes, done, length - done, written * codec.rowBytes + done)
        .catch((error: unknown) => {
          throw writeError(`the temporary file in ${tmpdir()}`, error);
        });
      done += bytesWritten;
    }
    written += run.length;
    ends.push(written);
    run.length = 0;
  };

  for await (const batch of batches) {
    for (let from = 0; from < batch.length; ) {
      const count = Math.min(batch.length - from, RUN_ROWS - run.length);
      for (const { name } of schema.columns) {
        run.arrays[name]!.set(batch.arrays[name]!.subarray(from, from + count), run.length);
      }
      run.length += count;
      from += count;
      if (run.length === RUN_ROWS) await writeRun();
    }
  }
  await writeRun();
  return ends;
}

async function* mergeRuns(
  schema: TableSchema<TelemetryColumns>,
  ends: readonly number[],
  file: FileHandle,
): AsyncGenerator<Batch<TelemetryColumns>> {
  const codec = rowCodec(schema);
  const { rowBytes } = codec;
  const readRows = Math.max(MIN_READ_ROWS, Math.floor(MERGE_BYTES / rowBytes / Math.max(1, ends.length)));
  const probe = createBatch(schema, 1);
  const out = createBatch(schema, BATCH_ROWS);
  const heap = new ArrivalHeap<Run>();

  /** Reads the run's next rows; false at its end. */
  const refill = async (run: Run): Promise<boolean> => {
    const rows = Math.min(readRows, run.end - run.next);
    if (rows === 0) return false;
    await file.read(Buffer.from(run.view.buffer), 0, rows * rowBytes, run.next * rowBytes);
    run.next += rows;
    run.count = rows;
    run.at = 0;
    return true;
  };
  const peek = (run: Run): void => {
    codec.read(run.view, run.at * rowBytes, probe, 0);
    run.time = arrivalOf(probe, 0);
    run.recordId = probe.arrays.record_id[0]!;
  };

  let start = 0;
  for (const end of ends) {
    const view = new DataView(new ArrayBuffer(readRows * rowBytes));
    const run: Run = { time: 0, recordId: 0, next: start, end, view, at: 0, count: 0 };
    start = end;
    await refill(run);
    peek(run);
    heap.push(run);
  }
  out.length = 0;
  for (let run = heap.top; run !== undefined; run = heap.top) {
    codec.read(run.view, run.at * rowBytes, out, out.length++);
    if (out.length === BATCH_ROWS) {
      yield out;
      out.length = 0;
    }
    run.at++;
    if (run.at === run.count && !(await refill(run))) heap.removeTop();
    else {
      peek(run);
      heap.settleTop();
    }
  }
  if (out.length > 0) yield out;
}
