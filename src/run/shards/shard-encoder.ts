/** Encodes the rows of a shard for its sink, with their digest: row by row, or in blocks of columns. */
import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import { type BlockWriter, encodeBlock } from '../../encode/block-writer.js';
import { compilePgBinaryWriter } from '../../encode/pgbinary.js';
import type { RowWriter } from '../../encode/row-writer.js';
import { FORMATS } from '../../formats/formats.js';
import { RowDigest } from '../../sinks/row-digest.js';
import type { BytesDigest, RowEncoding, ShardSink } from '../../sinks/shard-sink.js';
import { type Chunk, ChunkWriter } from './chunk-writer.js';

/** Of one table, used for one shard after another. */
export type TableWriter =
  | { readonly kind: 'rows'; readonly writer: RowWriter }
  | { readonly kind: 'blocks'; readonly writer: BlockWriter; readonly buffer: BlockBuffer };

/** Writers of rows are taken from `compiled` and added to it. Throws a requestError if a codec can't be had. */
export async function compileTableWriter(
  schema: TableSchema,
  encoding: RowEncoding,
  compiled: Map<TableSchema, RowWriter>,
): Promise<TableWriter> {
  const format = encoding.format === 'pgbinary' ? undefined : FORMATS[encoding.format];
  if (format?.kind === 'blocks' && 'options' in encoding) {
    const writer = await format.compileWriter(schema, encoding.options);
    return { kind: 'blocks', writer, buffer: new BlockBuffer(schema) };
  }
  let writer = compiled.get(schema);
  if (writer === undefined) {
    writer = format?.kind === 'text' ? format.compileLineWriter(schema) : compilePgBinaryWriter(schema);
    compiled.set(schema, writer);
  }
  return { kind: 'rows', writer };
}

export interface EncoderHost {
  /** Hands a chunk to the sink. */
  readonly send: (chunk: Chunk, length: number) => Promise<Chunk>;
  readonly addBlock: ShardSink['addBlock'];
}

/** Takes the rows of one shard. */
export interface ShardEncoder {
  write(batch: Batch): Promise<void>;
  /** After the last row: the digest, and a free chunk to be reused. */
  end(): Promise<{ readonly digest: BytesDigest; readonly spare: Chunk }>;
}

/** `rows`: how many will come. */
export function shardEncoder(
  table: TableWriter,
  { format }: RowEncoding,
  rows: number,
  host: EncoderHost,
  spare: Chunk | undefined,
): ShardEncoder {
  const digest = new RowDigest(format);
  if (table.kind === 'rows') {
    const chunks = new ChunkWriter((chunk, length) => {
      digest.add(chunk, length);
      return host.send(chunk, length);
    }, spare);
    return {
      write: (batch) => chunks.writeRows(table.writer, batch),
      end: async () => ({ spare: await chunks.finish(), digest: digest.end() }),
    };
  }
  return blockEncoder(table, rows, digest, host, spare);
}

function blockEncoder(
  { writer, buffer }: Extract<TableWriter, { kind: 'blocks' }>,
  rows: number,
  digest: RowDigest,
  host: EncoderHost,
  spare: Chunk | undefined,
): ShardEncoder {
  const chunks = new ChunkWriter(host.send, spare);
  // Of even size, so that a shard of a few rows too many doesn't end with a block of a few rows.
  const blocks = Math.max(1, Math.ceil(rows / writer.blockRows));
  buffer.begin(Math.ceil(rows / blocks));
  const writeBlock = async () => {
    const entry = await encodeBlock(writer, buffer.batch, ({ bytes, content }) => {
      digest.add(content);
      return chunks.writeBytes(bytes);
    });
    host.addBlock(entry);
    buffer.clear();
  };
  return {
    async write(batch) {
      for (let row = 0; row < batch.length; ) {
        row += buffer.take(batch, row);
        if (buffer.isFull) await writeBlock();
      }
    },
    async end() {
      if (buffer.batch.length > 0) await writeBlock();
      return { spare: await chunks.finish(), digest: digest.end() };
    },
  };
}

/** Rows that become a block. Its memory grows to the largest block. */
class BlockBuffer {
  batch: Batch;
  readonly #schema: TableSchema;
  #rows = 0;

  constructor(schema: TableSchema) {
    this.#schema = schema;
    this.batch = createBatch(schema, 1);
  }

  get isFull(): boolean {
    return this.batch.length === this.#rows;
  }

  begin(rows: number): void {
    this.#rows = rows;
    if (this.batch.capacity < rows) this.batch = createBatch(this.#schema, rows);
    this.clear();
  }

  clear(): void {
    this.batch.length = 0;
  }

  /** Copies rows from `from` on, as many as there is room for, and returns their number. */
  take({ arrays, length }: Batch, from: number): number {
    const { batch } = this;
    const count = Math.min(length - from, this.#rows - batch.length);
    for (const { name } of this.#schema.columns) {
      const array = arrays[name]!;
      // A view of the whole would be garbage for nothing.
      batch.arrays[name]!.set(count === array.length ? array : array.subarray(from, from + count), batch.length);
    }
    batch.length += count;
    return count;
  }
}
