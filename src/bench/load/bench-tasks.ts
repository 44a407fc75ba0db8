/** The tasks of the bench's threads: each returns a step that does a little work and returns its amount. */

import { type Batch, createBatch } from '../../columns/batch.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import { compileCsvWriter } from '../../encode/csv.js';
import type { Dataset } from '../../plan/dataset.js';
import { shardsOf } from '../../plan/shards.js';
import { Sfc32, STREAM } from '../../random/sfc32.js';
import { emptyLabelCounts } from '../../run/label/label-quality.js';
import { shardStreamers } from '../../run/shards/shard-rows.js';
import { createSimulator, type Simulator } from '../../simulate/record-source.js';
import { openNullSink } from '../../sinks/null.js';

/** Rows per batch, as in a load. */
const BATCH_ROWS = 1024;
/** Enough rows that a processor can't learn their branches. */
const BATCHES = 16;
/** A cache line, in int32: the next hop is never on the line of this one. */
const LINE = 16;
const HOPS = 100_000;

/** Does some of the work and returns how much: rows, bytes or hops. */
export type Step = () => number | Promise<number>;

/** A thread's position in the dataset, 0 to 1, so that no two do the same work. */
export type DatasetFraction = number;

/** Simulates rows into a batch. */
export function simulateStep(dataset: Dataset, place: DatasetFraction): Step {
  const source = endless(dataset, createSimulator(dataset), place);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  return () => source(batch);
}

/** Encodes existing batches as CSV. */
export function encodeStep(dataset: Dataset, place: DatasetFraction): Step {
  const source = endless(dataset, createSimulator(dataset), place);
  const batches = Array.from({ length: BATCHES }, () => {
    const batch = createBatch(dataset.telemetry, BATCH_ROWS);
    source(batch);
    return batch;
  });
  const writer = compileCsvWriter(dataset.telemetry);
  const out = new Uint8Array(BATCHES * BATCH_ROWS * writer.maxRowBytes);
  return () => {
    let used = 0;
    for (const batch of batches) used = writer.write(batch, 0, batch.length, out, used);
    return BATCHES * BATCH_ROWS;
  };
}

/** Generates shards as `--to null` does: simulated, encoded, digested. */
export function generateStep(dataset: Dataset, place: DatasetFraction): Step {
  const shards = shardsOf(dataset, 0, dataset.rows);
  const stream = shardStreamers(dataset)();
  const sink = openNullSink();
  const labels = emptyLabelCounts();
  const host = { or: async <T>(promise: Promise<T> | T) => promise, progress: () => {} };
  let next = Math.floor(place * shards.length);
  return async () => {
    const shard = shards[next++ % shards.length]!;
    return (await stream(shard, sink, labels, host)).rows;
  };
}

/** Copies bytes from one buffer to another, counted once. Both are touched beforehand. */
export function copyStep(bytes: number): Step {
  const from = new Uint8Array(bytes).fill(1);
  const to = new Uint8Array(bytes).fill(2);
  return () => {
    to.set(from);
    return bytes;
  };
}

/** Dependent reads all over the buffer, each of which gives the position of the next. */
export function pointerChaseStep(bytes: number): Step {
  const next = randomCycle(Math.floor(bytes / 4 / LINE));
  let at = 0;
  return () => {
    for (let hop = 0; hop < HOPS; hop++) at = next[at]!;
    if (at < 0) throw new Error('the chase left its cycle');
    return HOPS;
  };
}

/** One cycle through the first element of every line (Sattolo's shuffle), so that no part of it stays in a cache. */
export function randomCycle(lines: number): Int32Array {
  const random = new Sfc32();
  random.seed(1, 2, 3, STREAM.motion);
  const order = Int32Array.from({ length: lines }, (_, line) => line);
  for (let i = lines - 1; i > 0; i--) {
    const j = Math.floor(((random.next() >>> 0) / 2 ** 32) * i);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  const next = new Int32Array(lines * LINE);
  for (let line = 0; line < lines; line++) next[line * LINE] = order[line]! * LINE;
  return next;
}

/** Fills batches from a position on, cyclically; returns the number of rows. */
function endless(
  dataset: Dataset,
  simulator: Simulator,
  place: DatasetFraction,
): (batch: Batch<TelemetryColumns>) => number {
  let source = simulator.range(Math.floor(place * dataset.rows), dataset.rows);
  return (batch) => {
    const rows = source.fill(batch);
    if (rows === BATCH_ROWS) return rows;
    source = simulator.range(0, dataset.rows);
    return source.fill(batch);
  };
}
