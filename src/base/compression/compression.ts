/** Compressions of whole text files, as their names and first bytes say; codecs.ts does the work, where there is any. */

export interface Compression {
  readonly name: string;
  /** Of a file's name, with its dot. */
  readonly ending: string;
  /** The first bytes of every such file. */
  readonly mark: Uint8Array;
  /** What this version of Node lacks to do it; undefined where nothing is lacking. */
  readonly lacks: string | undefined;
}

const { zstd: zstdVersion } = process.versions;

export const COMPRESSIONS = {
  gzip: { name: 'gzip', ending: '.gz', mark: Uint8Array.of(0x1f, 0x8b), lacks: undefined },
  zstd: {
    name: 'zstd',
    ending: '.zst',
    mark: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd),
    lacks: zstdVersion === undefined ? 'Node.js 22.15 or newer' : undefined,
  },
} as const satisfies Record<string, Compression>;

export type CompressionName = keyof typeof COMPRESSIONS;

export const COMPRESSION_NAMES = Object.keys(COMPRESSIONS) as readonly CompressionName[];

/** What a file's name says of it; the case of letters makes no difference. */
export function compressionOf(path: string): CompressionName | undefined {
  const name = path.toLowerCase();
  return COMPRESSION_NAMES.find((each) => name.endsWith(COMPRESSIONS[each].ending));
}
