/** A report as text, at most 80 columns wide. */
import { formatCompactCount, formatCount } from '../../base/format-numbers.js';
import { wrapText } from '../../base/text.js';
import type { Machine } from '../measure/machine.js';
import { spreadText } from '../measure/round-statistics.js';
import type { Comparison } from './compare-reports.js';
import { type BenchReport, curveOf, type Unit } from './report.js';

/** The value with its unit. */
export function valueText(unit: Unit, value: number): string {
  if (unit === 'rows/s') return `${value >= 1e9 ? formatCompactCount(value) : formatCount(value)} rows/s`;
  if (unit === 'bytes/s') return value >= 1e9 ? `${(value / 1e9).toFixed(2)} GB/s` : `${(value / 1e6).toFixed(0)} MB/s`;
  if (value >= 1e-3) return `${(value * 1e3).toFixed(2)} ms`;
  return value >= 10e-6 ? `${(value * 1e6).toFixed(0)} us` : `${formatCount(value * 1e9)} ns`;
}

export function reportText(report: BenchReport): string {
  return [
    ...machineLines(report),
    '',
    ...stageLines(report),
    '',
    ...curveLines(report),
    '',
    ...report.verdict.flatMap((sentence) => wrapText(sentence)),
    ...report.warnings.flatMap((sentence) => ['', ...wrapText(`Careful: ${sentence}`)]),
    '',
  ].join('\n');
}

/** The figures that both have, with their relative speed. */
export function comparisonText({ earlier, rows, notes }: Comparison): string {
  const lines = rows.map(({ stage, figure, unit, before: earlierValue, now, ratio }, i) => {
    const name = stage === rows[i - 1]?.stage ? '' : stage;
    const [before, after] = [earlierValue, now].map((value) => valueText(unit, value).padStart(18));
    return `${name.padEnd(11)}${figure.padEnd(19)}${before}${after}${`${ratio.toFixed(2)}x`.padStart(9)}`.trimEnd();
  });
  return [
    ...wrapText(`Against ${earlier.date.slice(0, 10)}: ${machineText(earlier.machine)}`),
    ...notes.flatMap((note) => wrapText(note)),
    '',
    `${'stage'.padEnd(11)}${'figure'.padEnd(19)}${'then'.padStart(18)}${'now'.padStart(18)}${'faster'.padStart(9)}`,
    ...lines,
    '',
  ].join('\n');
}

export function machineText({ cpu, cores, memoryBytes, platform, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${platform}, Node ${node}`;
}

export function serverText({ server, folder }: BenchReport): string {
  const where = `disk: ${folder}`;
  return server === undefined ? where : `PostgreSQL ${server.version}: ${server.target}; ${where}`;
}

function machineLines(report: BenchReport): string[] {
  const { fleetgenVersion, algorithmVersion, seconds, machine } = report;
  const run = `fleetgen ${fleetgenVersion}, algorithm ${algorithmVersion}, in ${seconds.toFixed(0)} s`;
  return [...wrapText(machineText(machine)), ...wrapText(serverText(report)), run];
}

function stageLines({ stages }: BenchReport): string[] {
  const header = `${'stage'.padEnd(11)}${'figure'.padEnd(20)}${'median'.padStart(19)}  ${'spread'.padEnd(16)}${'score'.padStart(7)}`;
  const lines = stages.flatMap(({ name, score, figures }) =>
    figures.map((figure, i) => {
      const value = valueText(figure.unit, figure.median).padStart(19);
      const ends = i === 0 ? [name, formatCount(score)] : ['', ''];
      return `${ends[0]!.padEnd(11)}${figure.name.padEnd(20)}${value}  ${spreadText(figure.values).padEnd(16)}${ends[1]!.padStart(7)}`.trimEnd();
    }),
  );
  return [header, ...lines];
}

function curveLines({ curves }: BenchReport): string[] {
  const made = curveOf(curves, 'make');
  const loaded = curveOf(curves, 'load');
  const cells = (points: typeof made, i: number) => {
    const point = points[i];
    if (point === undefined) return '';
    const gain = point.median / points[0]!.median;
    return `${`${formatCount(point.median)} rows/s`.padStart(20)}${`${gain.toFixed(2)}x`.padStart(8)}`;
  };
  const head = `${'workers'.padEnd(11)}${'made'.padStart(20)}${''.padStart(8)}`;
  return [
    loaded.length === 0 ? head.trimEnd() : `${head}${'loaded'.padStart(20)}`,
    ...made.map((point, i) => `${String(point.workers).padEnd(11)}${cells(made, i)}${cells(loaded, i)}`),
  ];
}
