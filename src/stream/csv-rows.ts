/** The rows of a CSV file that `generate` wrote (or that looks like one), as batches in the order of the file. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'fast-csv';
import { type Batch, createBatch } from '../columns/batch.js';
import type { TableSchema } from '../columns/column.js';
import { FleetgenError, requestError, runError } from '../errors.js';
import { fieldReader } from './read-fields.js';

const BATCH_ROWS = 1024;

/** The batch is used again. Throws a requestError for a file that is missing or has other columns, a runError for a bad row. */
export async function* csvRows(schema: TableSchema, path: string): AsyncGenerator<Batch> {
  const file = createReadStream(path);
  const rows = parse<string[], string[]>({ headers: false, ignoreEmpty: true });
  // The loop below sees the error that the parser is destroyed with.
  if (path.endsWith('.gz')) pipeline(file, createGunzip(), rows, () => undefined);
  else pipeline(file, rows, () => undefined);
  const batch = createBatch(schema, BATCH_ROWS);
  let order: number[] | undefined;
  let line = 0;
  const readers = schema.columns.map((column) => ({ name: column.name, read: fieldReader(column) }));
  try {
    for await (const fields of rows as AsyncIterable<string[]>) {
      line++;
      if (order === undefined) {
        order = columnOrder(schema, fields, path);
        continue;
      }
      if (fields.length !== order.length)
        throw badRow(path, line, `it has ${fields.length} fields, not ${order.length}`);
      readers.forEach(({ name, read }, i) => {
        try {
          batch.arrays[name]![batch.length] = read(fields[order![i]!]!);
        } catch (error) {
          throw badRow(path, line, `${name}: ${(error as Error).message}`, error);
        }
      });
      if (++batch.length === BATCH_ROWS) {
        yield batch;
        batch.length = 0;
      }
    }
  } catch (error) {
    throw readError(path, error);
  } finally {
    file.destroy();
  }
  if (order === undefined)
    throw requestError('BAD_FILE', `${path} is empty: name a file that generate wrote with a header`);
  if (batch.length > 0) yield batch;
}

/** Where each column stands in the file. */
function columnOrder(schema: TableSchema, header: readonly string[], path: string): number[] {
  const names = schema.columns.map(({ name }) => name);
  const missing = names.find((name) => !header.includes(name));
  const extra = header.find((name) => !names.includes(name));
  if (missing === undefined && extra === undefined) return names.map((name) => header.indexOf(name));
  const what = missing === undefined ? `a column ${extra} that no record has` : `no column ${missing}`;
  throw requestError('BAD_FILE', `${path} has ${what}: name a file that generate wrote with a header`);
}

function badRow(path: string, line: number, what: string, cause?: unknown) {
  return runError('BAD_ROW', `${path}, row ${line}: ${what}; correct the row or write the file again`, cause);
}

function readError(path: string, error: unknown): unknown {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return requestError('NO_FILE', `no file ${path}: correct --from`, error);
  if (code === 'EACCES') return requestError('NO_FILE', `cannot read ${path}: permission denied`, error);
  if (code === 'EISDIR') return requestError('NO_FILE', `${path} is a folder: name a file in it`, error);
  return runError('READ_FAILED', `cannot read ${path}: ${message}; check the file`, error);
}
