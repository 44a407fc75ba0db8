/** A Parquet file as rows of a schema, whichever tool wrote it. */
import { stat } from 'node:fs/promises';
import zlib from 'node:zlib';
import { asyncBufferFromFile, type DecodedArray, type ParquetScan, parquetScan, parquetSchema } from 'hyparquet';
import { COMPRESSIONS } from '../../base/compression/compression.js';
import { requestError } from '../../base/errors.js';
import type { TableSchema } from '../../columns/column.js';
import { emptyFile, PANDAS_INDEX, readError } from '../read-error.js';
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
    throw readError(path, 'Parquet', error);
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
          .catch((error: unknown) => Promise.reject(readError(path, 'Parquet', error)));
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

/** Of node:zlib, as far as this version of Node has them. */
interface Decompressors {
  zstdDecompressSync?(bytes: Uint8Array): Buffer;
}

/** Besides Snappy, which the library has. */
function decompressors(path: string) {
  return {
    GZIP: (bytes: Uint8Array) => zlib.gunzipSync(bytes),
    ZSTD: (bytes: Uint8Array) => {
      const { zstdDecompressSync } = zlib as Decompressors;
      if (zstdDecompressSync !== undefined) return zstdDecompressSync(bytes);
      throw requestError('NO_CODEC', `${path} can't be read: zstd needs ${COMPRESSIONS.zstd.lacks}`);
    },
  };
}
