/** Audits of simulated records with planted changes. */
import { type Batch, createBatch } from '#src/columns/batch.js';
import type { Dataset } from '#src/plan/dataset.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { createAudit } from '#src/verify/realism/audit.js';
import type { Check } from '#src/verify/realism/check.js';

export const PIECE = 5000;
interface Piece {
  readonly batch: Batch;
  readonly truth: Batch | undefined;
}

/** The simulated records of a dataset, kept for further changes. */
const simulated = { withTruth: new WeakMap<Dataset, Piece[]>(), without: new WeakMap<Dataset, Piece[]>() };

function piecesOf(dataset: Dataset, withTruth: boolean): readonly Piece[] {
  const kept = withTruth ? simulated.withTruth : simulated.without;
  const known = kept.get(dataset);
  if (known !== undefined) return known;
  const source = createSimulator(dataset).range(0, dataset.rows);
  const pieces: Piece[] = [];
  for (;;) {
    const batch = createBatch(dataset.telemetry, PIECE);
    const truth = withTruth ? createBatch(dataset.truth, PIECE) : undefined;
    if (source.fill(batch, truth) === 0) break;
    pieces.push({ batch, truth });
  }
  kept.set(dataset, pieces);
  return pieces;
}

function copy(from: Batch, to: Batch): void {
  for (const [name, array] of Object.entries(from.arrays)) to.arrays[name]!.set(array);
  to.length = from.length;
}

export type Change = (batch: Batch, random: () => number) => void;

/**
 * Audits the records of a dataset, changed on the way, with or without their truth, against what another one expects.
 * Of `rows` only the first are audited: a plain fault shows in a few, and a check that notices it there is the better.
 */
export function audited(
  dataset: Dataset,
  withTruth: boolean,
  change: Change = () => {},
  expected = dataset,
  rows = dataset.rows,
): readonly Check[] {
  const batch = createBatch(dataset.telemetry, PIECE);
  const truth = withTruth ? createBatch(dataset.truth, PIECE) : undefined;
  const audit = createAudit(expected);
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (const piece of piecesOf(dataset, withTruth).slice(0, Math.ceil(rows / PIECE))) {
    copy(piece.batch, batch);
    if (piece.truth !== undefined && truth !== undefined) copy(piece.truth, truth);
    change(batch, random);
    audit.add(batch, truth);
  }
  return audit.checks();
}

export const failing = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ verdict }) => verdict === 'FAILED')
    .map(({ group, name, expected, found }) => `${group}: ${name} (expected ${expected}, found ${found})`);

export const eachRow = (batch: Batch, visit: (row: number) => void): void => {
  for (let row = 0; row < batch.length; row++) visit(row);
};
export const set = (
  name: string,
  value: (old: number, random: () => number, row: number, batch: Batch) => number,
): Change => {
  return (batch, random) => {
    const array = batch.arrays[name]!;
    eachRow(batch, (row) => {
      array[row] = value(array[row]!, random, row, batch);
    });
  };
};

/** The column's values in another order, within each piece. */
export function shuffled(name: string): Change {
  return (batch, random) => {
    const array = batch.arrays[name]!;
    for (let row = batch.length - 1; row > 0; row--) {
      const other = Math.floor(random() * (row + 1));
      [array[row], array[other]] = [array[other]!, array[row]!];
    }
  };
}
