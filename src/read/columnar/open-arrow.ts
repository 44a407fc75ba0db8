/** An Arrow file or stream as rows of a schema, whichever tool wrote it. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { RecordBatchReader, Vector } from 'apache-arrow';
import { CODECS } from '../../base/compression/codecs.js';
import { requirePackage } from '../../base/package.js';
import { DAY_MS } from '../../base/time.js';
import type { Column, TableSchema } from '../../columns/column.js';
import { columnarReadError, emptyFile, PANDAS_INDEX, requireCompression } from '../read-error.js';
import type { RecordFile } from '../record-file.js';
import { countRecordBatches, FILE_HEAD_BYTES } from './arrow-footer.js';
import { type Cell, type CellBlock, checkNames, columnarFile } from './columnar-file.js';

/**
 * Columns may stand in any order. Throws a requestError for other columns, for a file that is not Arrow and where the
 * package that reads it is missing, and FleetgenError when the file can't be read, as does `blocks`.
 */
export async function openArrow(schema: TableSchema, path: string): Promise<RecordFile> {
  requirePackage('apache-arrow', 'reading Arrow files');
  try {
    if ((await stat(path)).size === 0) throw emptyFile(path);
    const batches = await countRecordBatches(path);
    const opened = await openReader(path, batches);
    const found = opened.reader.schema.fields.map(({ name }) => name);
    await opened.close();
    checkNames(schema, path, found, PANDAS_INDEX);
    // How many rows there are shows only in the batches.
    return columnarFile(schema, Number.POSITIVE_INFINITY, blocksOf(schema, path, batches));
  } catch (error) {
    throw columnarReadError(path, 'Arrow', error);
  }
}

interface OpenReader {
  readonly reader: RecordBatchReader;
  close(): Promise<void>;
}

/**
 * Of the stream, which in a file stands before the footer: the library's reader of files trusts the footer and does not
 * end where it is damaged. Only files that lack the schema at their beginning, as the library itself writes them, need it.
 */
async function openReader(path: string, batches: number | undefined): Promise<OpenReader> {
  const { CompressionType, compressionRegistry, RecordBatchReader } = await import('apache-arrow');
  const { lz4Decompress } = await import('@platformatic/wasm-utils');
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => lz4Decompress(asBuffer(bytes)) });
  compressionRegistry.set(CompressionType.ZSTD, {
    decode(bytes) {
      requireCompression(path, 'zstd');
      return CODECS.zstd.decompressWhole(bytes);
    },
  });
  const source = createReadStream(path, { start: batches === undefined ? 0 : FILE_HEAD_BYTES });
  try {
    const reader = await RecordBatchReader.from(source);
    await reader.open();
    return { reader, close: async () => void source.destroy() };
  } catch (error) {
    source.destroy();
    if (batches === undefined) throw error;
  }
  const file = await open(path);
  try {
    const reader = await RecordBatchReader.from(file);
    await reader.open();
    return { reader, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function* blocksOf(
  { columns }: TableSchema,
  path: string,
  batches: number | undefined,
): AsyncGenerator<CellBlock, undefined> {
  let count = 0;
  let opened: OpenReader | undefined;
  try {
    opened = await openReader(path, batches);
    for await (const batch of opened.reader) {
      count++;
      const cells = columns.map((column) => cellsOf(column, batch.getChild(column.name)!));
      yield { rows: batch.numRows, cells };
    }
    if (batches !== undefined && count !== batches) throw new Error(`it has ${count} of ${batches} record batches`);
  } catch (error) {
    throw columnarReadError(path, 'Arrow', error);
  } finally {
    await opened?.close();
  }
  return undefined;
}

function cellsOf({ kind }: Column, vector: Vector): (row: number) => Cell {
  // The library gives dates as the milliseconds of their midnight, and times as milliseconds, which are inexact if the
  // file has nanoseconds.
  if (kind === 'date') return (row) => daysOf(vector.get(row));
  if (kind === 'timestamp') return (row) => thousandths(vector.get(row));
  return (row) => vector.get(row) as Cell;
}

function daysOf(cell: unknown): Cell {
  return cell === null ? null : Number(cell) / DAY_MS;
}

function thousandths(cell: unknown): Cell {
  return typeof cell === 'number' ? Math.round(cell * 1000) / 1000 : (cell as Cell);
}
