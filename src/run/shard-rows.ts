/**
 * One shard's rows from the simulator through the encoders into a sink. Memory is a batch, a chunk and what the sink
 * recycles, whatever the size of the shard: its truth is simulated a second time rather than kept.
 */
import { createHash } from 'node:crypto';
import { type Batch, createBatch } from '../columns/batch.js';
import { compileCsvWriter } from '../encode/csv.js';
import { compilePgBinaryWriter } from '../encode/pgbinary.js';
import type { RowWriter } from '../encode/row-writer.js';
import type { Dataset } from '../plan/dataset.js';
import type { Shard } from '../plan/shards.js';
import { createSimulator } from '../simulate/record-source.js';
import { SharedPlans } from '../simulate/shared-plans.js';
import type { BytesDigest, RowFormat, ShardDigest, ShardSink } from '../sinks/sink.js';
import { type Chunk, ChunkWriter } from './chunk-writer.js';
import { countLabels, type LabelCounts } from './label-quality.js';

/** Rows at a time: their columns stay in the processor's cache. */
const BATCH_ROWS = 1024;

/** What a stream of rows needs of the thread it runs in. */
export interface StreamHost {
  /** The promise's value, or a rejection as soon as the run is stopped. */
  or<T>(promise: Promise<T> | T): Promise<T>;
  /** Counts rows and bytes of canonical CSV. */
  progress(rows: number, bytes: number): void;
}

/**
 * Streams the shard's rows, and their truth where the sink takes it, into a sink that has begun; sets `labels` to the counts
 * of its records. Throws what the sink throws.
 */
export type ShardStreamer = (
  shard: Shard,
  sink: ShardSink,
  labels: LabelCounts,
  host: StreamHost,
) => Promise<ShardDigest>;

/** Makes streamers of the dataset's shards. Each takes one shard at a time and keeps what it made for the next. */
export function shardStreamers(dataset: Dataset): () => ShardStreamer {
  const plans = new SharedPlans(dataset);
  const writers = new Writers(dataset);
  return () => createShardStreamer(dataset, plans, writers);
}

function createShardStreamer(dataset: Dataset, plans: SharedPlans, writers: Writers): ShardStreamer {
  const simulator = createSimulator(dataset, plans);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  let canonicalBytes: Uint8Array | undefined;
  // Garbage of this size would pile up until a major collection.
  let spareChunk: Chunk | undefined;
  let truthBatch: Batch | undefined;

  const takeSpareChunk = (): Chunk | undefined => {
    const chunk = spareChunk;
    spareChunk = undefined;
    return chunk;
  };

  const streamRows = async (
    shard: Shard,
    sink: ShardSink,
    labels: LabelCounts,
    host: StreamHost,
  ): Promise<ShardDigest> => {
    const { csv } = writers;
    const writer = writers.of(sink.format);
    if (writer !== csv) canonicalBytes ??= new Uint8Array(BATCH_ROWS * csv.maxRowBytes);
    const canonical = writer === csv ? undefined : canonicalBytes;
    const source = simulator.range(shard.from, shard.to);
    const digest = new RunningDigest((bytes) => host.progress(0, bytes));
    labels.fill(0);
    const send = (chunk: Chunk, length: number) => {
      if (canonical === undefined) digest.add(chunk, length);
      return host.or(sink.write(chunk, length));
    };
    const chunks = new ChunkWriter(writer, send, takeSpareChunk());
    let rows = 0;
    for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
      if (canonical !== undefined) digest.add(canonical, csv.write(batch, 0, count, canonical, 0));
      await chunks.write(batch);
      countLabels(labels, batch);
      host.progress(count, 0);
      rows += count;
    }
    spareChunk = await chunks.finish();
    return { rows, ...digest.end() };
  };

  const streamTruth = async (shard: Shard, sink: ShardSink, host: StreamHost): Promise<BytesDigest> => {
    truthBatch ??= createBatch(dataset.truth, BATCH_ROWS);
    const source = simulator.range(shard.from, shard.to);
    const digest = new RunningDigest(() => {});
    const send = (chunk: Chunk, length: number) => {
      digest.add(chunk, length);
      return host.or(sink.write(chunk, length));
    };
    const chunks = new ChunkWriter(writers.truth, send, takeSpareChunk());
    while (source.fill(batch, truthBatch) > 0) await chunks.write(truthBatch);
    spareChunk = await chunks.finish();
    return digest.end();
  };

  return async (shard, sink, labels, host) => {
    const rows = await streamRows(shard, sink, labels, host);
    if (!sink.takesTruth) return rows;
    await host.or(sink.beginTruth());
    return { ...rows, truth: await streamTruth(shard, sink, host) };
  };
}

/** Compiled when they are first needed, once for all streamers: code that is shared is warm. */
class Writers {
  readonly csv: RowWriter;
  readonly #dataset: Dataset;
  #binary: RowWriter | undefined;
  #truth: RowWriter | undefined;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.csv = compileCsvWriter(dataset.telemetry);
  }

  of(format: RowFormat): RowWriter {
    if (format === 'csv') return this.csv;
    this.#binary ??= compilePgBinaryWriter(this.#dataset.telemetry);
    return this.#binary;
  }

  get truth(): RowWriter {
    this.#truth ??= compileCsvWriter(this.#dataset.truth);
    return this.#truth;
  }
}

class RunningDigest {
  readonly #hash = createHash('sha256');
  readonly #told: (bytes: number) => void;
  #bytes = 0;

  constructor(told: (bytes: number) => void) {
    this.#told = told;
  }

  add(bytes: Uint8Array, length: number): void {
    this.#hash.update(bytes.subarray(0, length));
    this.#bytes += length;
    this.#told(length);
  }

  end(): BytesDigest {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
