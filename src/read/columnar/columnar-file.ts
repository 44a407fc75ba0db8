/** Rows of a file that holds columns, whichever tool wrote it. */
import { type FleetgenError, requestError } from '../../base/errors.js';
import { shownValue } from '../../base/text.js';
import { DAY_MS, isoDate } from '../../base/time.js';
import type { Column, TableSchema } from '../../columns/column.js';
import { csvText } from '../../encode/csv.js';
import { type FileRow, OTHER_COLUMNS_FIX, type RecordFile } from '../record-file.js';

/** A value as a reader of columns gives it: times as milliseconds and dates as days since 1970. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** Rows of a file, as the cells of each column of the schema. */
export interface CellBlock {
  readonly rows: number;
  readonly cells: readonly ((row: number) => Cell)[];
}

/** `blocks` follow each other in the order of the file. */
export function columnarFile(
  { columns }: TableSchema,
  rows: number,
  blocks: AsyncGenerator<CellBlock, undefined>,
): RecordFile {
  const texts = columns.map(textOf);
  return {
    rowName: 'row',
    empty: rows === 0,
    inOrder: true,
    positions: columns.map((_, i) => i),
    width: columns.length,
    blocks: rowsOf(blocks, texts),
    faultOf: () => undefined,
  };
}

/** Throws a requestError unless the names are those of the schema's columns, in any order, but for `ignored` ones. */
export function checkNames(schema: TableSchema, path: string, found: readonly string[], ignored: RegExp): void {
  const names = schema.columns.map(({ name }) => name);
  const missing = names.find((name) => !found.includes(name));
  const more = found.find((name) => !names.includes(name) && !ignored.test(name));
  if (missing !== undefined) throw otherColumns(path, `no column ${missing}`);
  if (more !== undefined) throw otherColumns(path, `one more column, ${shownValue(more)}`);
}

function otherColumns(path: string, what: string): FleetgenError {
  return requestError('BAD_FILE', `${path} has ${what}: ${OTHER_COLUMNS_FIX}`);
}

async function* rowsOf(
  blocks: AsyncGenerator<CellBlock, undefined>,
  texts: readonly ((cell: Cell) => string)[],
): AsyncGenerator<readonly FileRow[], undefined> {
  let line = 1;
  for await (const block of blocks) {
    yield Array.from({ length: block.rows }, (_, row) => new ColumnarRow(line + row, block, row, texts));
    line += block.rows;
  }
  return undefined;
}

class ColumnarRow implements FileRow {
  constructor(
    readonly line: number,
    private readonly block: CellBlock,
    private readonly row: number,
    private readonly texts: readonly ((cell: Cell) => string)[],
  ) {}

  get bytes(): Buffer {
    return Buffer.from(this.fields().map(quoted).join(','));
  }

  fields(): readonly string[] {
    const { cells } = this.block;
    return this.texts.map((text, i) => text(cells[i]!(this.row)));
  }
}

/** An empty field is a missing value. */
function quoted(text: string): string {
  return text === '' ? '' : csvText(text);
}

/** The text that CSV has for a cell of the column, if it is a value of the column; some other text if not. */
function textOf({ kind, sqlType, decimals = 0 }: Column): (cell: Cell) => string {
  const unit = 10 ** decimals;
  switch (kind) {
    case 'bool':
      return (cell) => (typeof cell === 'boolean' ? (cell ? '1' : '0') : plainText(cell));
    case 'timestamp':
      return (cell) => (isTime(cell) ? new Date(Number(cell)).toISOString() : plainText(cell));
    case 'date':
      return (cell) => (typeof cell === 'number' && isTime(cell * DAY_MS) ? isoDate(cell) : plainText(cell));
    case 'fixed':
    case 'fixed53':
      return (cell) => {
        if (typeof cell !== 'number') return plainText(cell);
        const rounded = Math.round(cell * unit) / unit;
        const isValue =
          Math.abs(rounded - cell) <= 2 * Number.EPSILON * Math.abs(cell) ||
          (sqlType === 'real' && Math.fround(rounded) === cell);
        return isValue ? rounded.toFixed(decimals) : plainText(cell);
      };
    default:
      return plainText;
  }
}

function plainText(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell);
}

const LATEST_MS = 8.64e15;

function isTime(cell: Cell): boolean {
  return Number.isInteger(cell) && Math.abs(Number(cell)) <= LATEST_MS;
}
