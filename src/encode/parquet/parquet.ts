/**
 * Parquet: one row group a block. https://parquet.apache.org/docs/file-format/. Encodings are those that every reader
 * has; BYTE_STREAM_SPLIT would be smaller, but Spark 4.0 can't read it.
 */
import type { Batch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { BlockEntry, BlockWriter, Compress, Piece } from '../block-writer.js';
import { type ChunkEntry, ColumnChunkWriter, type Workspace } from './column-chunk.js';
import { ColumnValues } from './column-values.js';
import { Dictionary } from './dictionary.js';
import { storedColumn } from './types.js';

/** Rows of a page: readers skip within a row group by pages, and each page costs a header and a call of the codec. */
const PAGE_ROWS = 16_384;

export interface ParquetOptions {
  /** Most rows of a row group. */
  readonly groupRows: number;
  /** Fractions as DECIMAL instead of FLOAT and DOUBLE. */
  readonly decimals: boolean;
  readonly compress: Compress | undefined;
  /** Most rows of a page; 16,384 by default. */
  readonly pageRows?: number;
}

export interface RowGroupEntry extends BlockEntry {
  /** In the order of the columns. */
  readonly chunks: readonly ChunkEntry[];
}

export function compileParquetWriter(schema: TableSchema, options: ParquetOptions): BlockWriter<RowGroupEntry> {
  const { groupRows, decimals, compress, pageRows = PAGE_ROWS } = options;
  const workspace: Workspace = { values: new ColumnValues(), dictionary: new Dictionary() };
  const columns = schema.columns.map((column) => ({
    name: column.name,
    writer: new ColumnChunkWriter(storedColumn(column, decimals), workspace, { pageRows, compress }),
  }));
  return {
    blockRows: groupRows,
    *write(batch: Batch): Generator<Piece, RowGroupEntry> {
      if (batch.length > groupRows)
        throw new RangeError(`a row group has at most ${groupRows} rows, not ${batch.length}`);
      const chunks: ChunkEntry[] = [];
      for (const { name, writer } of columns) {
        const array = batch.arrays[name];
        if (array === undefined) throw new RangeError(`the batch has no column ${name}`);
        chunks.push(yield* writer.write(array, batch.length));
      }
      return { rows: batch.length, bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0), chunks };
    },
  };
}
