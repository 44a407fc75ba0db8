/** The rows of a CSV file as batches, in the order of the file; every field must be a valid value of its column. */

import { requestError } from '../base/errors.js';
import { type Batch, createBatch } from '../columns/batch.js';
import type { Arrays, TableSchema } from '../columns/column.js';
import { badRow } from './csv-rows.js';
import { fieldReader } from './field-reader.js';
import { openCsv, widthFault } from './open-csv.js';

const BATCH_ROWS = 1024;

/**
 * The yielded batch is reused. Throws a requestError for a file that is missing, empty or has other columns, and a
 * runError that names line, column and value of the first invalid field.
 */
export async function* csvBatches<Known extends Arrays>(
  schema: TableSchema<Known>,
  path: string,
): AsyncGenerator<Batch<Known>> {
  const file = await openCsv(schema, path);
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
      const fault = widthFault(file, fields);
      if (fault !== undefined) throw badRow(path, row.line, `: ${fault}`);
      for (const { name, array, read, position } of columns) {
        try {
          array[batch.length] = read(fields[position]!);
        } catch (error) {
          throw badRow(path, row.line, `, column ${name}: ${(error as Error).message}`, error);
        }
      }
      if (++batch.length < BATCH_ROWS) continue;
      yield batch;
      batch.length = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
