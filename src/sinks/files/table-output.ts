/** One table of records as bytes, between its first and its last: a file, or standard output. */
import { CODECS } from '../../base/compression/codecs.js';
import { type Batch, createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import { type BlockEntry, encodeBlock } from '../../encode/block-writer.js';
import type { BlockFile, FileFormat } from '../../formats/file-format.js';
import { FORMATS } from '../../formats/formats.js';
import type { OrderedFile } from '../load-target.js';
import type { Output } from './output.js';

/** Rows of the caller's own that are encoded at a time. */
const BATCH_ROWS = 1024;
const BLOCK_ROWS = 16_384;

/** What a table's file says of it. */
export interface TableDescription {
  readonly schema: TableSchema;
  /** Of the dataset, as JSON. */
  readonly identity: string;
  /** True where readers can't seek. */
  readonly isStream: boolean;
}

export class TableOutput {
  readonly output: Output;
  readonly #file: OrderedFile;
  readonly #format: FileFormat;
  readonly #block: BlockFile;
  readonly #blocks: BlockEntry[] = [];
  /** So far. */
  bytes = 0;

  constructor(output: Output, file: OrderedFile, { schema, identity, isStream }: TableDescription) {
    this.output = output;
    this.#file = file;
    this.#format = FORMATS[file.kind.format];
    // The id of each record; those of vehicles are texts, which are in order up to a million of them only.
    const sortedBy = schema.columns.find(({ name }) => name === 'record_id')?.name;
    this.#block = { schema, identity, isStream, sortedBy, options: file.options };
  }

  /** Writes what stands before the first row. */
  async begin(): Promise<void> {
    const format = this.#format;
    if (format.kind === 'blocks') return this.write(format.head(this.#block));
    const line = this.#file.options.header ? format.header?.(this.#block.schema) : undefined;
    if (line !== undefined) await this.write(this.compressed(new TextEncoder().encode(line)));
  }

  /** Encoded rows, compressed if the file is. The buffer may be reused afterwards. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.output.write(bytes);
    this.bytes += bytes.length;
  }

  /** What the end of the file has to know of the blocks that were written. */
  addBlocks(blocks: readonly BlockEntry[]): void {
    this.#blocks.push(...blocks);
  }

  /** Writes rows of the caller's own: `fill` fills a batch from row `first` on and returns their number. */
  async writeRows(fill: (first: number, batch: Batch) => number): Promise<void> {
    const { schema, options } = this.#block;
    const format = this.#format;
    if (format.kind === 'blocks') {
      const writer = await format.compileWriter(schema, options);
      const batch = createBatch(schema, Math.min(writer.blockRows, BLOCK_ROWS));
      for (let first = 0; fill(first, batch) > 0; first += batch.length) {
        this.#blocks.push(await encodeBlock(writer, batch, ({ bytes }) => this.write(bytes)));
      }
      return;
    }
    const writer = format.compileLineWriter(schema);
    const batch = createBatch(schema, BATCH_ROWS);
    const bytes = new Uint8Array(writer.maxRowBytes * BATCH_ROWS);
    for (let first = 0; fill(first, batch) > 0; first += batch.length) {
      await this.write(this.compressed(bytes.subarray(0, writer.write(batch, 0, batch.length, bytes, 0))));
    }
  }

  /** Writes what stands behind the last row, and closes the output. */
  async end(): Promise<void> {
    const format = this.#format;
    if (format.kind === 'blocks') await this.write(format.tail(this.#block, this.#blocks));
    // Nothing at all is not a compressed file; one of nothing is.
    else if (this.#file.kind.compression !== undefined && this.bytes === 0)
      await this.write(this.compressed(new Uint8Array()));
    await this.output.close();
  }

  compressed(bytes: Uint8Array): Uint8Array {
    const { compression } = this.#file.kind;
    return compression === undefined ? bytes : CODECS[compression].compress(bytes);
  }
}
