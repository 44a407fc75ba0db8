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
import type { BytesDigest, RowFormat, ShardDigest, ShardSink } from '../sinks/sink.js';
import { ChunkWriter } from './chunk-writer.js';
import { countLabels, emptyLabelCounts, type LabelCounts } from './label-quality.js';

/** Rows at a time: their columns stay in the processor's cache. */
const BATCH_ROWS = 1024;

/** What a stream of rows needs of the thread it runs in. */
export interface StreamHost {
  /** The promise's value, or a rejection as soon as the run is stopped. */
  or<T>(promise: Promise<T> | T): Promise<T>;
  /** Counts rows and bytes of canonical CSV. */
  progress(rows: number, bytes: number): void;
}

export interface ShardRows {
  readonly digest: ShardDigest;
  readonly labels: LabelCounts;
}

/** Streams the shard's rows, and their truth where the sink takes it, into a sink that has begun. Throws what the sink throws. */
export type ShardStreamer = (shard: Shard, sink: ShardSink, host: StreamHost) => Promise<ShardRows>;

/** A streamer of the dataset's shards, one at a time. Keeps what it made for the next shard. */
export function createShardStreamer(dataset: Dataset): ShardStreamer {
  const simulator = createSimulator(dataset);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  const csv = compileCsvWriter(dataset.telemetry);
  const formats = new Map<RowFormat, FormatWriter>([['csv', { writer: csv, canonical: undefined }]]);
  let truthParts: TruthParts | undefined;

  const formatOf = (format: RowFormat): FormatWriter => {
    let found = formats.get(format);
    if (found === undefined) {
      found = {
        writer: compilePgBinaryWriter(dataset.telemetry),
        canonical: { writer: csv, bytes: new Uint8Array(BATCH_ROWS * csv.maxRowBytes) },
      };
      formats.set(format, found);
    }
    return found;
  };

  const streamRows = async (shard: Shard, sink: ShardSink, host: StreamHost): Promise<ShardRows> => {
    const { writer, canonical } = formatOf(sink.format);
    const source = simulator.range(shard.from, shard.to);
    const digest = new RunningDigest((bytes) => host.progress(0, bytes));
    const labels = emptyLabelCounts();
    const chunks = new ChunkWriter(writer, (chunk, length) => {
      if (canonical === undefined) digest.add(chunk, length);
      return host.or(sink.write(chunk, length));
    });
    let rows = 0;
    for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
      if (canonical !== undefined) {
        digest.add(canonical.bytes, canonical.writer.write(batch, 0, count, canonical.bytes, 0));
      }
      await chunks.write(batch);
      countLabels(labels, batch);
      host.progress(count, 0);
      rows += count;
    }
    await chunks.flush();
    return { digest: { rows, ...digest.end() }, labels };
  };

  const streamTruth = async (shard: Shard, sink: ShardSink, host: StreamHost): Promise<BytesDigest> => {
    truthParts ??= {
      batch: createBatch(dataset.truth, BATCH_ROWS),
      writer: compileCsvWriter(dataset.truth),
    };
    const truth = truthParts;
    const source = simulator.range(shard.from, shard.to);
    const digest = new RunningDigest(() => {});
    const chunks = new ChunkWriter(truth.writer, (chunk, length) => {
      digest.add(chunk, length);
      return host.or(sink.write(chunk, length));
    });
    while (source.fill(batch, truth.batch) > 0) await chunks.write(truth.batch);
    await chunks.flush();
    return digest.end();
  };

  return async (shard, sink, host) => {
    const main = await streamRows(shard, sink, host);
    if (!sink.takesTruth) return main;
    await host.or(sink.beginTruth());
    return { ...main, digest: { ...main.digest, truth: await streamTruth(shard, sink, host) } };
  };
}

interface FormatWriter {
  readonly writer: RowWriter;
  /** Makes the canonical CSV for the digest where the format is another. */
  readonly canonical: { readonly writer: RowWriter; readonly bytes: Uint8Array } | undefined;
}

interface TruthParts {
  readonly batch: Batch;
  readonly writer: RowWriter;
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
