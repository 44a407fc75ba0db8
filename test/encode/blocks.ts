/** Blocks of columns as bytes, and what a reader of them should find. */
import { type Batch, isNull } from '#src/columns/batch.js';
import type { Column } from '#src/columns/column.js';
import type { BlockEntry, BlockWriter } from '#src/encode/block-writer.js';

/** The bytes of one block a batch, with their entries. */
export function encodeBlocks<Entry extends BlockEntry>(
  writer: BlockWriter<Entry>,
  batches: readonly Batch[],
): { parts: Uint8Array[]; entries: Entry[] } {
  const parts: Uint8Array[] = [];
  const entries = batches.map((batch) => {
    const pieces = writer.write(batch);
    let next = pieces.next();
    for (; next.done !== true; next = pieces.next()) parts.push(next.value.bytes.slice());
    return next.value;
  });
  return { parts, entries };
}

/** The value of a column that a reader should find, with times and dates in milliseconds; `decimals`: a DECIMAL's value. */
export function expectedValue(column: Column, stored: number, decimals = false): unknown {
  if (isNull(column, stored)) return null;
  switch (column.kind) {
    case 'bool':
      return stored === 1;
    case 'enum':
      return column.values![stored];
    case 'tag':
      return `${column.prefix}${String(stored).padStart(column.digits!, '0')}`;
    case 'int53':
      return BigInt(stored);
    case 'date':
      return stored * 86_400_000;
    case 'fixed':
    case 'fixed53': {
      const value = stored / 10 ** column.decimals!;
      return column.sqlType === 'real' && !decimals ? Math.fround(value) : value;
    }
    default:
      return stored;
  }
}

/** A reader gives times and dates as Dates, or as milliseconds. */
export function withoutDates(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}
