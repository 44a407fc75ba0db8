/** Arrow: one record batch a block, its columns as a program holds them in memory. */
import type { Batch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { BlockEntry, BlockWriter, Piece } from '../block-writer.js';
import { joinBytes } from '../join-bytes.js';
import { utf8 } from '../text-words.js';
import { ColumnData } from './column-data.js';
import {
  dictionaryMessages,
  END_OF_STREAM,
  footerBuffer,
  type MessageSpan,
  padded,
  recordBatchMessage,
  schemaMessage,
} from './messages.js';
import type { KeyValues } from './schema.js';

export interface BatchEntry extends BlockEntry {
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/** The first bytes of a file, and without the zeros the last ones. */
const MAGIC = utf8('ARROW1');
const NONE = new Uint8Array();

/** What stands before the first record batch: the schema and the dictionaries of its enums. */
export function arrowHead(schema: TableSchema, keyValues: KeyValues, isStream: boolean): Uint8Array {
  const magic = isStream ? NONE : new Uint8Array(padded(MAGIC.length));
  if (!isStream) magic.set(MAGIC);
  const dictionaries = dictionaryMessages(schema).flatMap(({ message, body }) => [message.head, body]);
  return joinBytes([magic, schemaMessage(schema, { keyValues, decimals: false }).head, ...dictionaries]);
}

/** What stands behind the last record batch; in a file that includes where everything is. */
export function arrowTail(
  schema: TableSchema,
  keyValues: KeyValues,
  isStream: boolean,
  batches: readonly BatchEntry[],
): Uint8Array {
  if (isStream) return END_OF_STREAM;
  let offset = padded(MAGIC.length) + schemaMessage(schema, { keyValues, decimals: false }).head.length;
  const place = (metadataBytes: number, bodyBytes: number): MessageSpan => {
    const span = { offset, metadataBytes, bodyBytes };
    offset += metadataBytes + bodyBytes;
    return span;
  };
  const dictionaries = dictionaryMessages(schema).map(({ message }) => place(message.head.length, message.bodyBytes));
  const spans = batches.map(({ metadataBytes, bodyBytes }) => place(metadataBytes, bodyBytes));
  const footer = footerBuffer(schema, { keyValues, decimals: false }, dictionaries, spans);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setInt32(0, footer.length, true);
  return joinBytes([END_OF_STREAM, footer, length, MAGIC]);
}

export function compileArrowWriter(schema: TableSchema, batchRows: number): BlockWriter<BatchEntry> {
  const columns = schema.columns.map((column) => ({ column, data: new ColumnData(column, batchRows) }));
  return {
    blockRows: batchRows,
    *write(batch: Batch): Generator<Piece, BatchEntry> {
      const rows = batch.length;
      if (rows > batchRows) throw new RangeError(`a record batch has at most ${batchRows} rows, not ${rows}`);
      const nodes: number[] = [];
      const buffers: Uint8Array[] = [];
      for (const { column, data } of columns) {
        const array = batch.arrays[column.name];
        if (array === undefined) throw new RangeError(`the batch has no column ${column.name}`);
        nodes.push(rows, data.load(array, rows));
        buffers.push(...data.buffers);
      }
      const { head, bodyBytes } = recordBatchMessage(
        rows,
        nodes,
        buffers.map(({ length }) => length),
      );
      yield { bytes: head, content: head };
      for (const bytes of buffers) {
        yield { bytes, content: bytes };
        const padding = new Uint8Array(padded(bytes.length) - bytes.length);
        if (padding.length > 0) yield { bytes: padding, content: padding };
      }
      return { rows, bytes: head.length + bodyBytes, metadataBytes: head.length, bodyBytes };
    },
  };
}
