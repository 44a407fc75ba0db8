/** An Arrow file or stream as rows of a schema, whichever tool wrote it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RecordBatchReader, Vector } from 'apache-arrow';
import { requestError } from '../base/errors.js';
import { requirePackage } from '../base/package.js';
import { DAY_MS } from '../base/time.js';
import type { Column, TableSchema } from '../columns/column.js';
import { type Cell, type CellBlock, checkNames, columnarFile } from './columnar-file.js';
import { readError } from './read-error.js';
import type { RecordFile } from './record-file.js';

/**
 * Columns may stand in any order. Throws a requestError for other columns, for a file that is not Arrow and where the
 * package that reads it is missing, and FleetgenError when the file can't be read, as does `blocks`.
 */
export async function openArrow(schema: TableSchema, path: string): Promise<RecordFile> {
  requirePackage('apache-arrow', 'reading Arrow files');
  const { RecordBatchReader } = await import('apache-arrow');
  try {
    if ((await stat(path)).size === 0)
      throw requestError('BAD_FILE', `${path} is empty: name a file that generate wrote`);
    const reader = await RecordBatchReader.from(createReadStream(path));
    await reader.open();
    const found = reader.schema.fields.map(({ name }) => name);
    checkNames(schema, path, found, /^__index_level_\d+__$/);
    // How many rows there are, the end of the file says, which a stream does not know.
    return columnarFile(schema, Number.POSITIVE_INFINITY, blocksOf(schema, path, reader));
  } catch (error) {
    throw readError(path, 'Arrow', error);
  }
}

async function* blocksOf(
  { columns }: TableSchema,
  path: string,
  reader: RecordBatchReader,
): AsyncGenerator<CellBlock, undefined> {
  try {
    for await (const batch of reader) {
      const cells = columns.map((column) => cellsOf(column, batch.getChild(column.name)!));
      yield { rows: batch.numRows, cells };
    }
  } catch (error) {
    throw readError(path, 'Arrow', error);
  }
  return undefined;
}

function cellsOf({ kind }: Column, vector: Vector): (row: number) => Cell {
  // The library gives dates as the milliseconds of their midnight.
  if (kind === 'date') return (row) => Number(vector.get(row)) / DAY_MS;
  return (row) => vector.get(row) as Cell;
}
