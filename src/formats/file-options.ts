/** The choices of files and standard output that their names don't make. */
import { requestError } from '../base/errors.js';
import { checkNumber, checkValue, type Limit } from '../base/options.js';

/** Codecs of Parquet's pages; zstd needs Node.js 22.15. */
export const PAGE_CODECS = ['snappy', 'zstd', 'none'] as const;
/** How the pages of Parquet are compressed. */
export type PageCodec = (typeof PAGE_CODECS)[number];

/** The choices of files and of streams of bytes; each is for some formats only. */
export interface FileOptions {
  /** A header line in files and on standard output, in formats that have one; true by default. */
  readonly header: boolean;
  /** How the pages of Parquet are compressed, snappy by default. zstd is smaller and needs Node.js 22.15. */
  readonly codec: PageCodec;
  /** Most rows of a Parquet row group, 1024 to 131072; by default each shard of some 65,536 records is one. */
  readonly rowGroupRows: number;
  /** In Parquet, numbers with digits after the point as DECIMAL, exact and half the size; false by default. */
  readonly decimals: boolean;
}

export type FileOption = keyof FileOptions;

export const ROW_GROUP_ROWS: Limit & { readonly max: number } = { min: 1024, max: 131_072, example: '65536' };

export const FILE_DEFAULTS: FileOptions = {
  header: true,
  codec: 'snappy',
  rowGroupRows: ROW_GROUP_ROWS.max,
  decimals: false,
};

export const FILE_OPTIONS = Object.keys(FILE_DEFAULTS) as readonly FileOption[];

/** What a format without the option lacks, and the option's flag. */
const LACKING: Readonly<Record<FileOption, readonly [lacking: string, flag: string]>> = {
  header: ['header line', 'header'],
  codec: ['codec', 'codec'],
  rowGroupRows: ['row groups', 'row-group-rows'],
  decimals: ['DECIMAL numbers', 'decimals'],
};

/** Throws a requestError for a value that an option can't have. */
export function checkFileOptions(options: Partial<Record<FileOption, unknown>>): void {
  const isBoolean = (value: unknown) => typeof value === 'boolean';
  checkValue('header', options.header, isBoolean, 'true or false');
  checkValue('decimals', options.decimals, isBoolean, 'true or false');
  const isCodec = (value: unknown) => PAGE_CODECS.some((each) => each === value);
  checkValue('codec', options.codec, isCodec, `one of ${PAGE_CODECS.join(', ')}`);
  checkNumber('rowGroupRows', options.rowGroupRows, ROW_GROUP_ROWS);
}

/** The options with their defaults. Throws a requestError for one that the format doesn't have. */
export function fileOptions(
  format: { readonly title: string; readonly options: readonly FileOption[] },
  given: Partial<FileOptions>,
): FileOptions {
  const chosen = FILE_OPTIONS.filter((option) => given[option] !== undefined);
  const meaningless = chosen.find((option) => !format.options.includes(option));
  if (meaningless !== undefined) {
    const [lacking, flag] = LACKING[meaningless];
    const asGiven = given[meaningless] === false ? `no-${flag}` : flag;
    throw requestError('BAD_OPTION', `${format.title} has no ${lacking}: leave out --${asGiven}`);
  }
  return { ...FILE_DEFAULTS, ...Object.fromEntries(chosen.map((option) => [option, given[option]])) };
}
