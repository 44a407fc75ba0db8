/**
 * Compares two sequences of rows in the order of their key: the simulated and the stored ones. Blocks that are
 * equal are skipped column by column; only differing ones are compared row by row.
 */
import type { Batch } from '../../../columns/batch.js';
import type { TableSchema } from '../../../columns/column.js';
import { addFinding, type Findings } from '../findings.js';
import type { RowKey } from '../rows/row-key.js';

/** Rows in the order of their key; the batch is filled again and again. */
export interface Rows {
  readonly batch: Batch;
  /** Fills the batch with the next rows; false at the end. */
  next(): Promise<boolean>;
}

/** The text of the row's value of that column, for people. */
export type ValueText = (side: 'expected' | 'found', column: string, row: number) => string;

/** Adds every difference to the findings. `text` is called while the row's batch is loaded. */
export async function compareRows(
  schema: TableSchema,
  key: RowKey,
  expected: Rows,
  found: Rows,
  text: ValueText,
  findings: Findings,
): Promise<void> {
  const names = schema.columns.map((column) => column.name);
  const want = cursorOf(expected, key);
  const have = cursorOf(found, key);
  let last = Number.NaN;
  await Promise.all([want.load(), have.load()]);
  while (want.left > 0 || have.left > 0) {
    const equal = equalRows(names, want, have);
    if (equal > 0) {
      last = want.idAt(equal - 1);
      findings.compared += equal;
      await Promise.all([want.advance(equal), have.advance(equal)]);
      continue;
    }
    const wanted = want.id;
    const had = have.id;
    // A stored id that is not a number compares with nothing: it counts as extra, and never as the next row.
    if (have.left > 0 && (Number.isNaN(had) || had < wanted)) {
      addFinding(findings, { kind: had === last ? 'doubled' : 'extra', ...key.name(had) });
      await have.advance(1);
    } else if (wanted < had) {
      addFinding(findings, { kind: 'missing', ...key.name(wanted) });
      findings.compared++;
      await want.advance(1);
    } else {
      const values = names
        .filter((name) => want.batch.arrays[name]![want.row] !== have.batch.arrays[name]![have.row])
        .map((column) => ({
          column,
          expected: text('expected', column, want.row),
          found: text('found', column, have.row),
        }));
      addFinding(findings, { kind: 'changed', ...key.name(wanted), values });
      findings.compared++;
      last = wanted;
      await Promise.all([want.advance(1), have.advance(1)]);
    }
  }
}

interface Cursor {
  readonly batch: Batch;
  readonly row: number;
  /** Rows of the batch from `row` on; 0 at the end of everything. */
  readonly left: number;
  /** Infinity at the end. */
  readonly id: number;
  idAt(offset: number): number;
  load(): Promise<void>;
  advance(rows: number): Promise<void>;
}

function cursorOf(rows: Rows, key: RowKey): Cursor {
  const { batch } = rows;
  const ids = batch.arrays[key.column]!;
  let row = 0;
  let length = 0;
  const load = async () => {
    row = 0;
    length = (await rows.next()) ? batch.length : 0;
  };
  return {
    batch,
    get row() {
      return row;
    },
    get left() {
      return length - row;
    },
    get id() {
      return row < length ? ids[row]! : Number.POSITIVE_INFINITY;
    },
    idAt: (offset) => ids[row + offset]!,
    load,
    async advance(count) {
      row += count;
      if (row === length && length > 0) await load();
    },
  };
}

/** How many rows, from both cursors on, are equal in every column. */
function equalRows(names: readonly string[], want: Cursor, have: Cursor): number {
  let equal = Math.min(want.left, have.left);
  for (const name of names) {
    const wanted = want.batch.arrays[name]!;
    const had = have.batch.arrays[name]!;
    for (let i = 0, w = want.row, h = have.row; i < equal; i++, w++, h++) {
      if (wanted[w] !== had[h]) equal = i;
    }
    if (equal === 0) return 0;
  }
  return equal;
}
