/** Checks stored records for realism: against physics, and against the expectations of their scenario. */
import type { Dataset } from '../../plan/dataset.js';
import type { StoredRows } from '../stored-rows.js';
import { createAudit } from './audit.js';
import type { Check } from './check.js';

/** The realism checks of stored records. */
export interface RealismReport {
  /** Records that were read. */
  readonly rows: number;
  /** Whether there was ground truth. */
  readonly truth: boolean;
  readonly checks: readonly Check[];
  /** Checks that failed. */
  readonly failed: number;
}

/**
 * `rows` come in the order of their ids, until `signal` is aborted; memory doesn't grow with their number. Throws a
 * requestError if they are not records of the dataset, and the errors of the source.
 */
export async function checkRealism(
  dataset: Dataset,
  rows: AsyncIterable<StoredRows>,
  signal?: AbortSignal,
): Promise<RealismReport> {
  const audit = createAudit(dataset);
  let count = 0;
  let withTruth = false;
  for await (const { records, truth } of rows) {
    signal?.throwIfAborted();
    audit.add(records, truth);
    count += records.length;
    withTruth = truth !== undefined;
  }
  const checks = audit.checks();
  return { rows: count, truth: withTruth, checks, failed: checks.filter(({ verdict }) => verdict === 'FAILED').length };
}

/** The checks as a table for people; ends with a line feed. */
export function checksText(checks: readonly Check[]): string {
  const columns = [
    ['check', ...checks.map(({ group, name }) => `${group}: ${name}`)],
    ['expected', ...checks.map(({ expected }) => expected)],
    ['found', ...checks.map(({ found }) => found)],
    ['verdict', ...checks.map(({ verdict }) => verdict)],
  ].map((cells) => {
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((cell) => cell.padEnd(width));
  });
  const lines = ['', ...checks].map((_, line) => columns.map((cells) => cells[line]).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
