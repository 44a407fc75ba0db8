/** Compares a report with an earlier one, of this machine or another. */
import { readFile } from 'node:fs/promises';
import { requestError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';
import type { Machine } from '../measure/machine.js';
import { speedup } from './figures.js';
import { type BenchReport, FORMAT_VERSION, figureOf, type Unit } from './report.js';

export interface Comparison {
  readonly earlier: { readonly date: string; readonly machine: Machine };
  readonly rows: readonly ComparedFigure[];
  /** Why the ratios may mislead, a sentence each. */
  readonly notes: readonly string[];
}

export interface ComparedFigure {
  readonly stage: string;
  readonly figure: string;
  readonly unit: Unit;
  readonly before: number;
  readonly now: number;
  /** Speed relative to the earlier report. */
  readonly ratio: number;
}

/** Throws a requestError if the file is not a bench result, or has another format. */
export async function readReport(path: string): Promise<BenchReport> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw requestError(
      'BAD_REPORT',
      `cannot read --compare ${path} (${systemWords(error)}): name a file that fleetgen bench --json wrote`,
      error,
    );
  }
  return parseReport(text, path);
}

export function parseReport(text: string, path: string): BenchReport {
  const found = parsed(text) as Partial<BenchReport> | null | undefined;
  if (found?.command !== 'bench' || typeof found.formatVersion !== 'number') {
    throw requestError('BAD_REPORT', `${path} is not a bench result: fleetgen bench --json > FILE makes one`);
  }
  if (found.formatVersion !== FORMAT_VERSION) {
    throw requestError(
      'BAD_REPORT',
      `${path} has format ${found.formatVersion} and this fleetgen writes ${FORMAT_VERSION}: measure both with one version`,
    );
  }
  if (!isWhole(found)) {
    throw requestError('BAD_REPORT', `${path} is damaged, some figures are missing: create it again`);
  }
  return found as BenchReport;
}

/** Compares the figures that both reports have. */
export function compareReports(earlier: BenchReport, report: BenchReport): Comparison {
  const rows = report.stages.flatMap((stage) =>
    stage.figures.flatMap(({ name, unit, median }): ComparedFigure[] => {
      const before = figureOf(earlier.stages, stage.name, name);
      if (before === undefined) return [];
      const ratio = speedup(unit, median, before.median);
      return [{ stage: stage.name, figure: name, unit, before: before.median, now: median, ratio }];
    }),
  );
  const notes = [
    ...differing('algorithm', earlier.algorithmVersion, report.algorithmVersion),
    ...differing('number of workers', earlier.workers, report.workers),
    ...differing('PostgreSQL', earlier.server?.version, report.server?.version),
    ...earlier.warnings.map((warning) => `Then: ${warning}`),
  ];
  return { earlier: { date: earlier.date, machine: earlier.machine }, rows, notes };
}

function differing(what: string, then: unknown, now: unknown): string[] {
  return then === now || then === undefined || now === undefined ? [] : [`Another ${what}: then ${then}, now ${now}.`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWhole({ date, machine, stages, warnings }: Partial<BenchReport>): boolean {
  return (
    typeof date === 'string' &&
    typeof machine?.cpu === 'string' &&
    Array.isArray(warnings) &&
    Array.isArray(stages) &&
    stages.every(
      ({ name, figures }) =>
        typeof name === 'string' && Array.isArray(figures) && figures.every(({ median }) => median > 0),
    )
  );
}
