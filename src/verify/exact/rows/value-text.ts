/** Single values as the CSV writes them, for people. */
import type { Batch } from '../../../columns/batch.js';
import type { TableSchema } from '../../../columns/column.js';
import { compileCsvWriter } from '../../../encode/csv.js';

/** The writer of each column is compiled when it is first asked for: most comparisons need none. */
export function valueTexts(schema: TableSchema): (batch: Batch, column: string, row: number) => string {
  const writers = new Map<string, ReturnType<typeof compileCsvWriter>>();
  return (batch, column, row) => {
    let writer = writers.get(column);
    if (writer === undefined) {
      writer = compileCsvWriter({ columns: schema.columns.filter(({ name }) => name === column) });
      writers.set(column, writer);
    }
    const bytes = Buffer.alloc(writer.maxRowBytes);
    const length = writer.write(batch, row, row + 1, bytes, 0);
    return bytes.toString('utf8', 0, length - 1);
  };
}
