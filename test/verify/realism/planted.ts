/** Audits of simulated records that are changed on the way. */
import { type Batch, createBatch } from '#src/columns/batch.js';
import type { Dataset } from '#src/plan/dataset.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { createAudit } from '#src/verify/realism/audit.js';
import type { Check } from '#src/verify/realism/check.js';

export const PIECE = 5000;
export type Change = (batch: Batch, random: () => number) => void;

/** Audits the records of a dataset, changed on the way, with or without their truth, against what another one expects. */
export function audited(
  dataset: Dataset,
  withTruth: boolean,
  change: Change = () => {},
  expected = dataset,
): readonly Check[] {
  const batch = createBatch(dataset.telemetry, PIECE);
  const truth = withTruth ? createBatch(dataset.truth, PIECE) : undefined;
  const source = createSimulator(dataset).range(0, dataset.rows);
  const audit = createAudit(expected);
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  while (source.fill(batch, truth) > 0) {
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
