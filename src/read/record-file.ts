/** Files of records as seen by their readers, independent of format and of the tool that wrote them. */
import { type FleetgenError, runError } from '../base/errors.js';

export interface RecordFile {
  /** What a row is called in messages, before its number. */
  readonly rowName: 'line' | 'row';
  /** True when not even a header is there. */
  readonly empty: boolean;
  /** The columns stand as `generate` writes them: lines that are equal are equal rows. */
  readonly inOrder: boolean;
  /** Where each column of the schema stands among a row's fields. */
  readonly positions: readonly number[];
  /** How many fields a row should have. */
  readonly width: number;
  /** Rows of any length, in blocks. */
  readonly blocks: RowBlocks;
  /** What is wrong with a row as a whole, whose fields these are; undefined for nothing. */
  faultOf(row: FileRow, fields: readonly string[]): string | undefined;
}

export type RowBlocks = AsyncGenerator<readonly FileRow[], undefined>;

export interface FileRow {
  /** Its line in a file of text, or its number, from 1. */
  readonly line: number;
  /** The line without its end; the line of CSV in a file that is not text. */
  readonly bytes: Buffer;
  /**
   * The text of each field; '' for a missing value. Parsed at each call: to keep them would keep whole blocks of texts
   * alive.
   */
  fields(): readonly string[];
}

/** What to do about a file whose columns are not those of the schema. */
export const OTHER_COLUMNS_FIX =
  'give the --scenario that it was made with (to verify, also its --columns), or name a file that generate wrote';

/** The error for an invalid row. */
export function badRow(
  path: string,
  { rowName }: Pick<RecordFile, 'rowName'>,
  { line }: Pick<FileRow, 'line'>,
  what: string,
  cause?: unknown,
): FleetgenError {
  const message = `${path}, ${rowName} ${line}${what}; correct the ${rowName} or write the file again`;
  return runError('BAD_ROW', message, cause);
}

/** The first non-empty block; empty at the end of the file. */
export async function firstRows(rows: RowBlocks): Promise<readonly FileRow[]> {
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return [];
    if (next.value.length > 0) return next.value;
  }
}

/** A block already read, followed by the rest. */
export async function* followedBy(block: readonly FileRow[], rows: RowBlocks): RowBlocks {
  try {
    yield block;
    yield* rows;
  } finally {
    await rows.return(undefined);
  }
  return undefined;
}
