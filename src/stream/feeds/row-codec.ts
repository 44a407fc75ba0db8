/** Encodes the rows of a batch with a fixed size, for a temporary file. */
import type { Batch, ColumnArray } from '../../columns/batch.js';
import { createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';

export interface RowCodec {
  readonly rowBytes: number;
  write(batch: Batch, row: number, out: DataView, offset: number): void;
  read(source: DataView, offset: number, batch: Batch, row: number): void;
}

export function rowCodec(schema: TableSchema): RowCodec {
  const sample = createBatch(schema, 1);
  let rowBytes = 0;
  const fields = schema.columns.map(({ name }) => {
    const width = sample.arrays[name]!.BYTES_PER_ELEMENT;
    const at = rowBytes;
    rowBytes += width;
    return { name, width, at };
  });
  let last: Batch | undefined;
  let arrays: ColumnArray[] = [];
  const arraysOf = (batch: Batch): ColumnArray[] => {
    if (batch !== last) arrays = fields.map(({ name }) => batch.arrays[name]!);
    last = batch;
    return arrays;
  };
  return {
    rowBytes,
    write(batch, row, out, offset) {
      arraysOf(batch).forEach((array, i) => {
        const { width, at } = fields[i]!;
        if (width === 8) out.setFloat64(offset + at, array[row]!, true);
        else if (width === 4) out.setInt32(offset + at, array[row]!, true);
        else out.setUint8(offset + at, array[row]!);
      });
    },
    read(source, offset, batch, row) {
      arraysOf(batch).forEach((array, i) => {
        const { width, at } = fields[i]!;
        if (width === 8) array[row] = source.getFloat64(offset + at, true);
        else if (width === 4) array[row] = source.getInt32(offset + at, true);
        else array[row] = source.getUint8(offset + at);
      });
    },
  };
}
