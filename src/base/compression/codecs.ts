/**
 * Codecs of compressed files. A file is written as members (gzip) or frames (zstd) one after another, which together are
 * a valid file: each thread compresses its own pieces, and the file does not depend on how many threads there were.
 * Apart from compression.ts, so that only those who compress load zlib.
 */
import { Readable, type Transform } from 'node:stream';
import zlib, { constants, createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import type { CompressionName } from './compression.js';
import { zstdFrames } from './zstd-frames.js';

export interface Codec {
  /** A member or frame, in memory of its own that can be transferred to another thread. */
  compress(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** The file's text in pieces of `chunkSize` bytes and less. Throws errors of zlib and of the file. */
  decompress(file: Readable, chunkSize: number): AsyncIterable<Buffer>;
  /** The whole of what a member or frame holds. Throws errors of zlib. */
  decompressWhole(bytes: Uint8Array): Uint8Array;
  /** As much of the text as the beginning of a file holds. Throws where the bytes are of no such file. */
  decompressBeginning(bytes: Uint8Array): Uint8Array;
}

/** A usual trade for text of records: higher levels take twice the time for a few percent. */
const GZIP_LEVEL = 5;

const gzip: Codec = {
  compress: (bytes) => new Uint8Array(gzipSync(bytes, { level: GZIP_LEVEL })),
  decompress: (file, chunkSize) => piped(file, createGunzip({ chunkSize })),
  decompressWhole: (bytes) => gunzipSync(bytes),
  decompressBeginning: (bytes) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
};

/** Of node:zlib from Node 22.15 on, which the types of Node 20 don't have. */
interface ZstdFunctions {
  zstdCompressSync(bytes: Uint8Array, options: { params: Readonly<Record<number, number>> }): Buffer;
  zstdDecompressSync(bytes: Uint8Array, options?: { finishFlush: number }): Buffer;
  createZstdDecompress(options: { chunkSize: number }): Transform;
}

const zstdFunctions = zlib as Partial<ZstdFunctions>;

/** ZSTD_c_compressionLevel of zstd.h. */
const ZSTD_COMPRESSION_LEVEL = 100;
/** Of CSV it makes 30 bytes a record; the codec's default, 3, takes longer for 34. */
const ZSTD_LEVEL = 1;

/** ZSTD_e_flush of zstd.h: what has come so far is given, though the frame is not whole. */
const ZSTD_FLUSH = 1;

const zstd: Codec = {
  compress: (bytes) =>
    new Uint8Array(there(zstdFunctions.zstdCompressSync)(bytes, { params: { [ZSTD_COMPRESSION_LEVEL]: ZSTD_LEVEL } })),
  async *decompress(file, chunkSize) {
    for await (const frame of zstdFrames(file)) {
      yield* piped(Readable.from(frame), there(zstdFunctions.createZstdDecompress)({ chunkSize }));
    }
  },
  decompressWhole: (bytes) => there(zstdFunctions.zstdDecompressSync)(bytes),
  decompressBeginning: (bytes) => there(zstdFunctions.zstdDecompressSync)(bytes, { finishFlush: ZSTD_FLUSH }),
};

export const CODECS: Readonly<Record<CompressionName, Codec>> = { gzip, zstd };

/** The output of `transform` fed from `source`; throws the errors of both. */
function piped(source: Readable, transform: Transform): AsyncIterable<Buffer> {
  source.on('error', (error) => transform.destroy(error));
  return source.pipe(transform);
}

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('this version of Node.js has no zstd');
  return found;
}
