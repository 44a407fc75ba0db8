/**
 * Streams one shard's rows from the simulator through the encoders into a sink. Memory is one batch, one chunk and the
 * sink's recycled buffers, whatever the size of the shard: ground truth is simulated in a second pass rather than kept.
 */

import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { TruthColumns } from '../../columns/truth.js';
import { compilePgBinaryWriter } from '../../encode/pgbinary.js';
import type { RowWriter } from '../../encode/row-writer.js';
import { FORMATS } from '../../formats/formats.js';
import type { Dataset } from '../../plan/dataset.js';
import type { Shard } from '../../plan/shards.js';
import { SharedPlans } from '../../simulate/day/shared-plans.js';
import { createSimulator } from '../../simulate/record-source.js';
import { RowDigest } from '../../sinks/row-digest.js';
import type { BytesDigest, RowFormat, ShardDigest, ShardSink } from '../../sinks/shard-sink.js';
import { countLabels, type LabelCounts } from '../label/label-quality.js';
import { type Chunk, ChunkWriter } from './chunk-writer.js';

/** Rows per batch, so that their columns stay in the processor's cache. */
const BATCH_ROWS = 1024;

/** What a shard streamer needs from its thread. */
export interface StreamerHost {
  /** The promise's value, or a rejection as soon as the run is aborted. */
  or<T>(promise: Promise<T> | T): Promise<T>;
  /** Counts rows and encoded bytes. */
  progress(rows: number, bytes: number): void;
}

/**
 * Streams the shard's rows, and their ground truth if the sink takes it, into a sink after its `begin`; sets `labels`
 * to the counts of the records. Throws the sink's errors.
 */
export type ShardStreamer = (
  shard: Shard,
  sink: ShardSink,
  labels: LabelCounts,
  host: StreamerHost,
) => Promise<ShardDigest>;

/** Creates streamers of the dataset's shards. Each takes one shard at a time and reuses its simulator and buffers. */
export function shardStreamers(dataset: Dataset): () => ShardStreamer {
  const plans = new SharedPlans(dataset);
  const writers = new Writers(dataset);
  return () => createShardStreamer(dataset, plans, writers);
}

function createShardStreamer(dataset: Dataset, plans: SharedPlans, writers: Writers): ShardStreamer {
  const simulator = createSimulator(dataset, plans);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  // Kept, as garbage of this size would accumulate until a major collection.
  let spareChunk: Chunk | undefined;
  let truthBatch: Batch<TruthColumns> | undefined;

  const takeSpareChunk = (): Chunk | undefined => {
    const chunk = spareChunk;
    spareChunk = undefined;
    return chunk;
  };

  const streamRows = async (
    shard: Shard,
    sink: ShardSink,
    labels: LabelCounts,
    host: StreamerHost,
  ): Promise<ShardDigest> => {
    const source = simulator.range(shard.from, shard.to);
    const digest = new RowDigest(sink.format);
    labels.fill(0);
    const send = (chunk: Chunk, length: number) => {
      digest.add(chunk, length);
      host.progress(0, length);
      return host.or(sink.write(chunk, length));
    };
    const chunks = new ChunkWriter(writers.rows(sink.format), send, takeSpareChunk());
    let rows = 0;
    for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
      await chunks.write(batch);
      countLabels(labels, batch);
      host.progress(count, 0);
      rows += count;
    }
    spareChunk = await chunks.finish();
    return { rows, ...digest.end() };
  };

  const streamTruth = async (
    shard: Shard,
    sink: ShardSink,
    format: RowFormat,
    host: StreamerHost,
  ): Promise<BytesDigest> => {
    truthBatch ??= createBatch(dataset.truth, BATCH_ROWS);
    const source = simulator.range(shard.from, shard.to);
    const digest = new RowDigest(format);
    const send = (chunk: Chunk, length: number) => {
      digest.add(chunk, length);
      return host.or(sink.write(chunk, length));
    };
    const chunks = new ChunkWriter(writers.truth(format), send, takeSpareChunk());
    while (source.fill(batch, truthBatch) > 0) await chunks.write(truthBatch);
    spareChunk = await chunks.finish();
    return digest.end();
  };

  return async (shard, sink, labels, host) => {
    const rows = await streamRows(shard, sink, labels, host);
    const { truthFormat } = sink;
    if (truthFormat === undefined) return rows;
    await host.or(sink.beginTruth());
    return { ...rows, truth: await streamTruth(shard, sink, truthFormat, host) };
  };
}

/** Compiled on first use, once for all streamers, so that optimised code is shared. */
class Writers {
  readonly #dataset: Dataset;
  readonly #rows = new Map<RowFormat, RowWriter>();
  readonly #truth = new Map<RowFormat, RowWriter>();

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  rows(format: RowFormat): RowWriter {
    return kept(this.#rows, format, this.#dataset.telemetry);
  }

  truth(format: RowFormat): RowWriter {
    return kept(this.#truth, format, this.#dataset.truth);
  }
}

function kept(writers: Map<RowFormat, RowWriter>, format: RowFormat, schema: TableSchema): RowWriter {
  let writer = writers.get(format);
  if (writer === undefined) {
    writer = format === 'pgbinary' ? compilePgBinaryWriter(schema) : FORMATS[format].compileWriter(schema);
    writers.set(format, writer);
  }
  return writer;
}
