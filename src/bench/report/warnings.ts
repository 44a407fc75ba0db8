/** Why a reader should doubt the figures. */
import type { Machine } from '../measure/machine.js';
import type { Figure, Stage } from './report.js';

/** Share of the processor used by other programs above which to warn. */
const BUSY_SHARE = 0.1;
/** Range of a figure's rounds relative to the median above which to warn. */
const WIDE_SPREAD = 0.3;

export interface WarningInput {
  readonly machine: Machine;
  readonly busyShare: number;
  readonly folder: string;
  readonly inMemory: boolean;
  readonly stages: readonly Stage[];
}

/** One sentence each. */
export function warningsOf({ machine, busyShare, folder, inMemory, stages }: WarningInput): string[] {
  const warnings: string[] = [];
  if (isBusy(busyShare)) {
    const share = Math.round(busyShare * 100);
    warnings.push(
      `The machine is busy: others use ${share} % of its processor (load average ${machine.loadAverage}), so these figures are not comparable.`,
    );
  }
  if (inMemory) warnings.push(`${folder} lies in memory, so no disk was measured: name one with --folder.`);
  const figures = stages.flatMap((stage) => stage.figures.map((figure) => ({ stage, figure, width: widthOf(figure) })));
  const widest = figures.reduce((max, each) => (each.width > max.width ? each : max), {
    width: 0,
  } as (typeof figures)[0]);
  if (widest.width > WIDE_SPREAD) {
    const name = `${widest.stage.name}: ${widest.figure.name}`;
    warnings.push(
      `The rounds differ by up to ${Math.round(widest.width * 100)} % (${name}): run it again on a quiet machine.`,
    );
  }
  return warnings;
}

export function isBusy(busyShare: number): boolean {
  return busyShare > BUSY_SHARE;
}

function widthOf({ values, median }: Figure): number {
  return (Math.max(...values) - Math.min(...values)) / median;
}
