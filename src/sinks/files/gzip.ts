/**
 * gzip by members: concatenated members are a valid .gz file, so each worker compresses its own shards, and the file
 * does not depend on the number of workers.
 */
import { gzipSync } from 'node:zlib';

/** A compromise for CSV: higher levels take twice the time and save a few percent. */
const LEVEL = 5;

/** The bytes as one gzip member, in a buffer of its own that can be transferred to another thread. */
export function gzipMember(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(bytes, { level: LEVEL }));
}
