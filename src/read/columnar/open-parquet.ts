/** A Parquet file as rows of a schema, whichever tool wrote it. */
import { stat } from 'node:fs/promises';
import { asyncBufferFromFile, type DecodedArray, type ParquetScan, parquetScan, parquetSchema } from 'hyparquet';
import { CODECS } from '../../base/compression/codecs.js';
import type { TableSchema } from '../../columns/column.js';
import { columnarReadError, emptyFile, PANDAS_INDEX, requireCompression } from '../read-error.js';
import type { RecordFile } from '../record-file.js';
import { type Cell, type CellBlock, checkNames, columnarFile } from './columnar-file.js';

/** Rows read at a time: row groups of other tools can be large. */
const READ_ROWS = 65_536;

/**
 * Columns may stand in any order. Throws a requestError for other columns and for a file that is not Parquet, and
 * FleetgenError when the file can't be read, as does `blocks`.
 */
export async function openParquet(schema: TableSchema, path: string): Promise<RecordFile> {
  const scan = await scanOf(path);
  const rows = Number(scan.metadata.num_rows);
  const found = parquetSchema(scan.metadata).children.map(({ element }) => element.name);
  checkNames(schema, path, found, PANDAS_INDEX);
  return columnarFile(schema, rows, blocksOf(schema, path, scan));
}

async function scanOf(path: string): Promise<ParquetScan> {
  try {
    if ((await stat(path)).size === 0) throw emptyFile(path);
    const file = await asyncBufferFromFile(path);
    return await parquetScan({
      file,
      compressors: decompressors(path),
      geoparquet: false,
      parsers: {
        timestampFromMilliseconds: (value) => Number(value),
        timestampFromMicroseconds: (value) => milliseconds(value, 1000n),
        timestampFromNanoseconds: (value) => milliseconds(value, 1_000_000n),
        dateFromDays: (days) => days,
      },
    });
  } catch (error) {
    throw columnarReadError(path, 'Parquet', error);
  }
}

/** Exact where they are whole: a time in nanoseconds is more than a double holds. */
function milliseconds(value: bigint, unit: bigint): number {
  return value % unit === 0n ? Number(value / unit) : Number(value) / Number(unit);
}

async function* blocksOf(
  { columns }: TableSchema,
  path: string,
  scan: ParquetScan,
): AsyncGenerator<CellBlock, undefined> {
  for (const range of scan.ranges) {
    for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += READ_ROWS) {
      const rowEnd = Math.min(range.rowEnd, rowStart + READ_ROWS);
      const cells: CellBlock['cells'][number][] = [];
      for (const { name } of columns) {
        const values = await scan
          .readColumn({ column: name, rowStart, rowEnd })
          .catch((error: unknown) => Promise.reject(columnarReadError(path, 'Parquet', error)));
        cells.push(cellsOf(values));
      }
      yield { rows: rowEnd - rowStart, cells };
    }
  }
  return undefined;
}

function cellsOf(values: DecodedArray): (row: number) => Cell {
  return (row) => values[row] as Cell;
}

/** Besides Snappy, which the library has. */
function decompressors(path: string) {
  return {
    GZIP: CODECS.gzip.decompressWhole,
    ZSTD: (bytes: Uint8Array) => {
      requireCompression(path, 'zstd');
      return CODECS.zstd.decompressWhole(bytes);
    },
  };
}
