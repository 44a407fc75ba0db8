/**
 * Compression of whole text files, one entry a codec. A file is written as members (gzip) or frames (zstd) one after
 * another, which together are a valid file: each thread compresses its own pieces, and the file does not depend on how
 * many threads there were.
 */
import { Readable, type Transform } from 'node:stream';
import zlib, { constants, createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { zstdFrames } from './zstd-frames.js';

export interface Compression {
  readonly name: string;
  /** Of a file's name, with its dot. */
  readonly ending: string;
  /** The first bytes of every such file. */
  readonly mark: Uint8Array;
  /** What this version of Node lacks to do it; undefined where nothing is lacking. */
  readonly lacks: string | undefined;
  /** A member or frame, in memory of its own that can be transferred to another thread. */
  compress(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  /** The file's text in pieces of `chunkSize` bytes and less. Throws errors of zlib and of the file. */
  decompress(file: Readable, chunkSize: number): AsyncIterable<Buffer>;
  /** As much of the text as the beginning of a file holds. Throws where the bytes are of no such file. */
  decompressBeginning(bytes: Uint8Array): Uint8Array;
}

/** A usual trade for text of records: higher levels take twice the time for a few percent. */
const GZIP_LEVEL = 5;

const gzip: Compression = {
  name: 'gzip',
  ending: '.gz',
  mark: Uint8Array.of(0x1f, 0x8b),
  lacks: undefined,
  compress: (bytes) => new Uint8Array(gzipSync(bytes, { level: GZIP_LEVEL })),
  decompress: (file, chunkSize) => piped(file, createGunzip({ chunkSize })),
  decompressBeginning: (bytes) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
};

/** Of node:zlib from Node 22.15 on, which the types of Node 20 don't have. */
interface ZstdFunctions {
  zstdCompressSync(bytes: Uint8Array): Buffer;
  zstdDecompressSync(bytes: Uint8Array, options: { finishFlush: number }): Buffer;
  createZstdDecompress(options: { chunkSize: number }): Transform;
}

const zstdFunctions = zlib as Partial<ZstdFunctions>;

const zstd: Compression = {
  name: 'zstd',
  ending: '.zst',
  mark: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd),
  lacks: zstdFunctions.zstdCompressSync ? undefined : 'Node.js 22.15 or newer',
  // The codec's default level, 3.
  compress: (bytes) => new Uint8Array(there(zstdFunctions.zstdCompressSync)(bytes)),
  async *decompress(file, chunkSize) {
    for await (const frame of zstdFrames(file)) {
      yield* piped(Readable.from(frame), there(zstdFunctions.createZstdDecompress)({ chunkSize }));
    }
  },
  decompressBeginning: (bytes) => there(zstdFunctions.zstdDecompressSync)(bytes, { finishFlush: ZSTD_FLUSH }),
};

/** ZSTD_e_flush of zstd.h: what has come so far is given, though the frame is not whole. */
const ZSTD_FLUSH = 1;

export const COMPRESSIONS = { gzip, zstd } as const satisfies Record<string, Compression>;

export type CompressionName = keyof typeof COMPRESSIONS;

/** The output of `transform` fed from `source`; throws the errors of both. */
function piped(source: Readable, transform: Transform): AsyncIterable<Buffer> {
  source.on('error', (error) => transform.destroy(error));
  return source.pipe(transform);
}

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('this version of Node.js has no zstd');
  return found;
}
