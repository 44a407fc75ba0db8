/**
 * Streams one shard's rows from the simulator through the encoders into a sink. Memory is one batch, one chunk and the
 * sink's recycled buffers, whatever the size of the shard: ground truth is simulated in a second pass rather than kept.
 */

import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { TruthColumns } from '../../columns/truth.js';
import type { BlockEntry } from '../../encode/block-writer.js';
import type { RowWriter } from '../../encode/row-writer.js';
import type { Dataset } from '../../plan/dataset.js';
import type { Shard } from '../../plan/shards.js';
import { SharedPlans } from '../../simulate/day/shared-plans.js';
import { createSimulator } from '../../simulate/record-source.js';
import type { RowEncoding, ShardDigest, ShardSink } from '../../sinks/shard-sink.js';
import { countLabels, type LabelCounts } from '../label/label-quality.js';
import type { Chunk } from './chunk-writer.js';
import { compileTableWriter, shardEncoder, type TableWriter } from './shard-encoder.js';

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
  const rowWriters = new Map<TableSchema, RowWriter>();
  return () => createShardStreamer(dataset, plans, new Writers(rowWriters));
}

function createShardStreamer(dataset: Dataset, plans: SharedPlans, writers: Writers): ShardStreamer {
  const simulator = createSimulator(dataset, plans);
  const batch = createBatch(dataset.simulated, BATCH_ROWS);
  // Kept, as garbage of this size would accumulate until a major collection.
  let spareChunk: Chunk | undefined;
  let truthBatch: Batch<TruthColumns> | undefined;

  const encoderOf = (
    table: TableWriter,
    encoding: RowEncoding,
    { from, to }: Shard,
    sink: ShardSink,
    send: (chunk: Chunk, length: number) => Promise<Chunk>,
  ) => {
    const chunk = spareChunk;
    spareChunk = undefined;
    const host = { send, addBlock: (entry: BlockEntry) => sink.addBlock(entry) };
    return shardEncoder(table, encoding, to - from, host, chunk);
  };

  const streamRows = async (
    shard: Shard,
    sink: ShardSink,
    labels: LabelCounts,
    host: StreamerHost,
  ): Promise<ShardDigest> => {
    const source = simulator.range(shard.from, shard.to);
    labels.fill(0);
    const encoder = encoderOf(
      await writers.of(dataset.telemetry, sink.encoding),
      sink.encoding,
      shard,
      sink,
      (chunk, length) => {
        host.progress(0, length);
        return host.or(sink.write(chunk, length));
      },
    );
    let rows = 0;
    for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
      await encoder.write(batch);
      countLabels(labels, batch);
      host.progress(count, 0);
      rows += count;
    }
    const { digest, spare } = await encoder.end();
    spareChunk = spare;
    return { rows, ...digest };
  };

  const streamTruth = async (shard: Shard, sink: ShardSink, encoding: RowEncoding, host: StreamerHost) => {
    truthBatch ??= createBatch(dataset.truth, BATCH_ROWS);
    const source = simulator.range(shard.from, shard.to);
    const encoder = encoderOf(await writers.of(dataset.truth, encoding), encoding, shard, sink, (chunk, length) =>
      host.or(sink.write(chunk, length)),
    );
    while (source.fill(batch, truthBatch) > 0) await encoder.write(truthBatch);
    const { digest, spare } = await encoder.end();
    spareChunk = spare;
    return digest;
  };

  return async (shard, sink, labels, host) => {
    const rows = await streamRows(shard, sink, labels, host);
    const { truthEncoding } = sink;
    if (truthEncoding === undefined) return rows;
    await host.or(sink.beginTruth());
    return { ...rows, truth: await streamTruth(shard, sink, truthEncoding, host) };
  };
}

/** The writers of a streamer, compiled on first use. Those of rows are shared by all streamers, as is their optimised code. */
class Writers {
  readonly #shared: Map<TableSchema, RowWriter>;
  readonly #writers = new Map<TableSchema, Promise<TableWriter>>();

  constructor(shared: Map<TableSchema, RowWriter>) {
    this.#shared = shared;
  }

  /** All shards of a load are encoded alike. */
  of(schema: TableSchema, encoding: RowEncoding): Promise<TableWriter> {
    let writer = this.#writers.get(schema);
    if (writer === undefined) {
      writer = compileTableWriter(schema, encoding, this.#shared);
      this.#writers.set(schema, writer);
    }
    return writer;
  }
}
