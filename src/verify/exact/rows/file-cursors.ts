/** The positions of a comparison with a file, on both sides. They only wait between blocks. */
import type { TableSchema } from '../../../columns/column.js';
import type { FileFormat } from '../../../formats/file-format.js';
import type { FileRow, RecordFile } from '../../../read/record-file.js';
import type { Rows } from '../compare/compare-rows.js';
import type { RowKey } from './row-key.js';

/** The expected rows, also as the lines that generate writes. */
export class ExpectedLines {
  at = 0;
  private readonly writer;
  private readonly bytes: Buffer;
  private readonly ends: Int32Array;
  private readonly ids;

  constructor(
    schema: TableSchema,
    format: FileFormat,
    key: RowKey,
    private readonly rows: Rows,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { capacity, arrays } = rows.batch;
    this.writer = format.compileLineWriter(schema);
    this.bytes = Buffer.alloc(capacity * this.writer.maxRowBytes);
    this.ends = new Int32Array(capacity);
    this.ids = arrays[key.column]!;
  }

  get left(): boolean {
    return this.at < this.rows.batch.length;
  }

  get id(): number {
    return this.left ? this.ids[this.at]! : Number.POSITIVE_INFINITY;
  }

  isLine(line: Buffer): boolean {
    const start = this.at === 0 ? 0 : this.ends[this.at - 1]!;
    const length = this.ends[this.at]! - 1 - start;
    return line.length === length && line.compare(this.bytes, start, start + length) === 0;
  }

  /** True when the next have to be loaded. */
  step(): boolean {
    return ++this.at === this.rows.batch.length;
  }

  async load(): Promise<void> {
    this.signal?.throwIfAborted();
    const { batch } = this.rows;
    this.at = 0;
    if (await this.rows.next()) this.writer.write(batch, 0, batch.length, this.bytes, 0, this.ends);
    else batch.length = 0;
  }
}

/** The rows of a file one by one. */
export class FoundRows {
  private block: readonly FileRow[] = [];
  private at = 0;

  constructor(private readonly blocks: RecordFile['blocks']) {}

  get left(): boolean {
    return this.at < this.block.length;
  }

  get row(): FileRow {
    return this.block[this.at]!;
  }

  /** The row after it; undefined where that has to be loaded first, or there is none. */
  get following(): FileRow | undefined {
    return this.block[this.at + 1];
  }

  /** True when the next have to be loaded. */
  step(): boolean {
    return ++this.at === this.block.length;
  }

  async load(): Promise<void> {
    this.at = 0;
    let next: IteratorResult<readonly FileRow[], undefined>;
    do next = await this.blocks.next();
    while (next.done !== true && next.value.length === 0);
    this.block = next.value ?? [];
  }
}
