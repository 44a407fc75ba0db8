/**
 * A record batch of the Kafka protocol (magic 2) for one partition: records are written directly into one buffer,
 * because an object per message would cost more than the rest of producing.
 */
import { compressionsAlgorithms, crc32c } from '@platformatic/kafka';
import type { Compression } from './kafka-spec.js';

/**
 * Bytes before the records: offset, length, leader epoch, magic, CRC, attributes, counts, times, producer, sequence.
 */
const HEADER_BYTES = 61;
/** The CRC covers everything from the attributes on. */
const CRC_FROM = 21;
/** The length of a batch is counted from after the length field. */
const LENGTH_FROM = 12;
/** Maximum size of the lengths and deltas around key and value. */
const MAX_AROUND = 40;

export interface BatchProducer {
  readonly id: bigint;
  readonly epoch: number;
}

export class RecordBatch {
  count = 0;
  private buffer: Buffer;
  private used = HEADER_BYTES;
  /** UTC milliseconds; range of the records since `clear`. */
  minTimestamp = 0;
  maxTimestamp = 0;
  private firstTimestamp = 0;

  /** `headers`: the headers of every record, the result of `encodeHeaders`. */
  constructor(
    bytes: number,
    private readonly headers: Uint8Array,
  ) {
    this.buffer = Buffer.allocUnsafe(bytes);
  }

  /** Appends a record. `timestamp`: UTC milliseconds. */
  add(timestamp: number, key: Uint8Array, source: Uint8Array, from: number, to: number): void {
    const { headers } = this;
    const valueBytes = to - from;
    const needed = this.used + MAX_AROUND + key.length + valueBytes + headers.length;
    if (needed > this.buffer.length) this.grow(needed);
    if (this.count === 0) {
      this.firstTimestamp = timestamp;
      this.minTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    else if (timestamp < this.minTimestamp) this.minTimestamp = timestamp;
    const timeDelta = timestamp - this.firstTimestamp;
    const { buffer } = this;
    const bytes =
      1 +
      varintBytes(timeDelta) +
      varintBytes(this.count) +
      varintBytes(key.length) +
      key.length +
      varintBytes(valueBytes) +
      valueBytes +
      headers.length;
    let at = putVarint(buffer, this.used, bytes);
    buffer[at++] = 0;
    at = putVarint(buffer, at, timeDelta);
    at = putVarint(buffer, at, this.count);
    at = putVarint(buffer, at, key.length);
    buffer.set(key, at);
    at += key.length;
    at = putVarint(buffer, at, valueBytes);
    buffer.set(source.subarray(from, to), at);
    at += valueBytes;
    buffer.set(headers, at);
    this.used = at + headers.length;
    this.count++;
  }

  /** The encoded batch, in a new buffer. `sequence`: sequence number of its first record in this partition. */
  finish(producer: BatchProducer, sequence: number, compression: Compression): Buffer {
    const out = this.compressed(compression);
    const { count } = this;
    out.writeBigInt64BE(0n, 0);
    out.writeInt32BE(out.length - LENGTH_FROM, 8);
    out.writeInt32BE(-1, 12);
    out.writeInt8(2, 16);
    out.writeInt16BE(compressionsAlgorithms[compression].bitmask, 21);
    out.writeInt32BE(count - 1, 23);
    out.writeBigInt64BE(BigInt(this.firstTimestamp), 27);
    out.writeBigInt64BE(BigInt(this.maxTimestamp), 35);
    out.writeBigInt64BE(producer.id, 43);
    out.writeInt16BE(producer.epoch, 51);
    out.writeInt32BE(sequence, 53);
    out.writeInt32BE(count, 57);
    out.writeUInt32BE(crc32c(out.subarray(CRC_FROM)), 17);
    return out;
  }

  clear(): void {
    this.count = 0;
    this.used = HEADER_BYTES;
  }

  private compressed(compression: Compression): Buffer {
    if (compression === 'none') return Buffer.from(this.buffer.subarray(0, this.used));
    const records = compressionsAlgorithms[compression].compressSync(this.buffer.subarray(HEADER_BYTES, this.used));
    const out = Buffer.allocUnsafe(HEADER_BYTES + records.length);
    out.set(records, HEADER_BYTES);
    return out;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(2 * needed);
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}

/** Encodes the headers of a record, which follow its value. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(headers);
  const out = Buffer.alloc(10 + entries.reduce((sum, [key, value]) => sum + 20 + 4 * (key.length + value.length), 0));
  let at = putVarint(out, 0, entries.length);
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text);
    at = putVarint(out, at, bytes.length);
    out.set(bytes, at);
    at += bytes.length;
  }
  return out.subarray(0, at);
}

/** Zigzag: small numbers of either sign take few bytes. |value| < 2^52. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function putVarint(buffer: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = zigzag(value);
  for (; rest >= 128; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128;
  buffer[at++] = rest;
  return at;
}
