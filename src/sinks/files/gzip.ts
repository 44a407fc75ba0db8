/**
 * gzip by members: members put one after another are a valid .gz file, so each worker compresses its own pieces, and the
 * file does not depend on how many workers there were.
 */
import { gzipSync } from 'node:zlib';

/** A usual trade for CSV: higher levels take twice the time for a few percent. */
const LEVEL = 5;

/** The bytes as one gzip member, in memory of its own that can be transferred to another thread. */
export function gzipMember(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(bytes, { level: LEVEL }));
}
