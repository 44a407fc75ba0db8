/**
 * Arrow's IPC messages: a length, metadata as a FlatBuffer, and a body whose buffers begin at multiples of eight bytes.
 * https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
import type { Column, TableSchema } from '../../columns/column.js';
import { utf8 } from '../text-words.js';
import { FlatBuffer, type Place } from './flatbuffer.js';
import { dictionaryIdOf, putSchema, type SchemaOptions } from './schema.js';

/** Of Message.fbs. */
const VERSION_5 = 4;
const HEADER = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;
/** Stands before the length of every message. */
const CONTINUATION = -1;
const PREFIX_BYTES = 8;

/** What ends a stream: a message without metadata. */
export const END_OF_STREAM = prefix(0);

/** Where a message stands in a file, for its footer. */
export interface MessageSpan {
  readonly offset: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

export interface Message {
  /** Its length and its metadata. */
  readonly head: Uint8Array;
  readonly bodyBytes: number;
}

/** The multiple of eight that is not below the number. */
export function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

export function schemaMessage(schema: TableSchema, options: SchemaOptions): Message {
  const buffer = new FlatBuffer();
  return message(buffer, HEADER.schema, putSchema(buffer, schema, options), 0);
}

/**
 * The message of `rows` rows in a body of buffers with these lengths, in order. `nodes` has for each column its rows and
 * how many of them are null.
 */
export function recordBatchMessage(rows: number, nodes: ArrayLike<number>, lengths: readonly number[]): Message {
  const buffer = new FlatBuffer();
  const { place, bodyBytes } = putRecordBatch(buffer, rows, nodes, lengths);
  return message(buffer, HEADER.recordBatch, place, bodyBytes);
}

/** The dictionaries of a table, each as its message and its body. */
export function dictionaryMessages(schema: TableSchema): { readonly message: Message; readonly body: Uint8Array }[] {
  return schema.columns.flatMap((column) => {
    const id = dictionaryIdOf(schema, column);
    return id === undefined ? [] : [dictionaryMessage(id, column)];
  });
}

function dictionaryMessage(id: number, { values = [] }: Column): { message: Message; body: Uint8Array } {
  const texts = values.map(utf8);
  const ends = new Int32Array(texts.length + 1);
  texts.forEach((text, i) => {
    ends[i + 1] = ends[i]! + text.length;
  });
  const textBytes = ends[texts.length]!;
  const body = new Uint8Array(padded(ends.byteLength) + padded(textBytes));
  body.set(new Uint8Array(ends.buffer));
  texts.forEach((text, i) => {
    body.set(text, padded(ends.byteLength) + ends[i]!);
  });
  const buffer = new FlatBuffer();
  const lengths = [0, ends.byteLength, textBytes];
  const { place: batch, bodyBytes } = putRecordBatch(buffer, texts.length, [texts.length, 0], lengths);
  const place = buffer.table([
    { id: 0, bytes: 8, value: id },
    { id: 1, place: batch },
  ]);
  return { message: message(buffer, HEADER.dictionaryBatch, place, bodyBytes), body };
}

function putRecordBatch(
  buffer: FlatBuffer,
  rows: number,
  nodes: ArrayLike<number>,
  lengths: readonly number[],
): { place: Place; bodyBytes: number } {
  let bodyBytes = 0;
  const spans = lengths.flatMap((length) => {
    const offset = bodyBytes;
    bodyBytes += padded(length);
    return [offset, length];
  });
  const buffers = buffer.structs(spans, 2);
  const nodesPlace = buffer.structs(nodes, 2);
  const place = buffer.table([
    { id: 0, bytes: 8, value: rows },
    { id: 1, place: nodesPlace },
    { id: 2, place: buffers },
  ]);
  return { place, bodyBytes };
}

function message(buffer: FlatBuffer, header: number, place: Place, bodyBytes: number): Message {
  const root = buffer.table([
    { id: 0, bytes: 2, value: VERSION_5 },
    { id: 1, bytes: 1, value: header },
    { id: 2, place },
    { id: 3, bytes: 8, value: bodyBytes },
  ]);
  const metadata = buffer.finish(root);
  const head = new Uint8Array(PREFIX_BYTES + padded(metadata.length));
  head.set(prefix(padded(metadata.length)));
  head.set(metadata, PREFIX_BYTES);
  return { head, bodyBytes };
}

function prefix(metadataBytes: number): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, CONTINUATION, true);
  view.setInt32(4, metadataBytes, true);
  return bytes;
}

/** The Footer of a file: the schema again, and where its dictionaries and record batches are. */
export function footerBuffer(
  schema: TableSchema,
  options: SchemaOptions,
  dictionaries: readonly MessageSpan[],
  batches: readonly MessageSpan[],
): Uint8Array {
  const buffer = new FlatBuffer();
  const schemaPlace = putSchema(buffer, schema, options);
  // A Block is an offset of 8 bytes, a length of 4 and a gap of 4, and a length of 8.
  const spans = (all: readonly MessageSpan[]) =>
    buffer.structs(
      all.flatMap(({ offset, metadataBytes, bodyBytes }) => [offset, metadataBytes, bodyBytes]),
      3,
    );
  const dictionaryPlace = spans(dictionaries);
  const batchPlace = spans(batches);
  return buffer.finish(
    buffer.table([
      { id: 0, bytes: 2, value: VERSION_5 },
      { id: 1, place: schemaPlace },
      { id: 2, place: dictionaryPlace },
      { id: 3, place: batchPlace },
    ]),
  );
}
