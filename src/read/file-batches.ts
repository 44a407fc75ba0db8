/** The rows of a file as batches, in the order of the file; every field has to be a value of its column. */
import { requestError } from '../base/errors.js';
import { type Batch, createBatch } from '../columns/batch.js';
import type { Arrays, TableSchema } from '../columns/column.js';
import { fieldReader } from './field-reader.js';
import { badRow, type RecordFile } from './record-file.js';

const BATCH_ROWS = 1024;

/**
 * The batch is used again. Throws a requestError for an empty file, a runError that names line, column and value of the
 * first field that is wrong, and what reading the file throws.
 */
export async function* fileBatches<Known extends Arrays>(
  schema: TableSchema<Known>,
  path: string,
  file: RecordFile,
): AsyncGenerator<Batch<Known>> {
  if (file.empty) throw requestError('BAD_FILE', `${path} is empty: name a file that generate wrote`);
  const batch = createBatch(schema, BATCH_ROWS);
  const columns = schema.columns.map((column, i) => ({
    name: column.name,
    array: batch.arrays[column.name]!,
    read: fieldReader(column),
    position: file.positions[i]!,
  }));
  for await (const block of file.blocks) {
    for (const row of block) {
      const fields = row.fields();
      const fault = file.faultOf(row, fields);
      if (fault !== undefined) throw badRow(path, file, row, `: ${fault}`);
      for (const { name, array, read, position } of columns) {
        try {
          array[batch.length] = read(fields[position]!);
        } catch (error) {
          throw badRow(path, file, row, `, column ${name}: ${(error as Error).message}`, error);
        }
      }
      if (++batch.length < BATCH_ROWS) continue;
      yield batch;
      batch.length = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
