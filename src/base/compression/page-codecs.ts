/** Codecs of Parquet's pages, which are compressed one by one. Loaded only by those who write such files. */
import { requestError } from '../errors.js';
import { COMPRESSIONS } from './compression.js';

type Compress = (bytes: Uint8Array) => Uint8Array;

/** Undefined where nothing is compressed. Throws a requestError for a codec that this version of Node doesn't have. */
export async function pageCompressor(codec: 'snappy' | 'zstd' | 'none'): Promise<Compress | undefined> {
  if (codec === 'none') return undefined;
  if (codec === 'zstd') {
    requireZstd();
    const { CODECS } = await import('./codecs.js');
    return CODECS.zstd.compress;
  }
  const { snappyCompress } = await import('@platformatic/wasm-utils');
  return (bytes) => snappyCompress(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** Throws a requestError where this version of Node has no zstd. */
export function requireZstd(): void {
  const { lacks } = COMPRESSIONS.zstd;
  if (lacks !== undefined) throw requestError('NO_CODEC', `--codec zstd needs ${lacks}: use it, or --codec snappy`);
}
