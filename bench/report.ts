/** A run's figures: as JSON in bench-results/, and as a table, 80 columns wide. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCount } from '#src/base/format-numbers.js';
import { median, spreadText } from '#src/bench/measure/round-statistics.js';
import type { Checkout } from './checkout.js';
import { type Bound, type Derived, holds, type Measurement, type Unit } from './results.js';

export const RESULTS_FOLDER = 'bench-results';

export interface BenchRun {
  /** ISO 8601. */
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Checkout;
  /** Version of the embedded server, if loads were measured. */
  readonly serverVersion?: string;
  readonly measurements: readonly Measurement[];
  readonly derived: readonly Derived[];
}

/** Writes the run into the results folder under the working directory, and returns the file's path. */
export async function saveRun(run: BenchRun): Promise<string> {
  await mkdir(RESULTS_FOLDER, { recursive: true });
  const path = join(RESULTS_FOLDER, `${run.date.replace(/[:.]/g, '-')}.json`);
  const withMedians = {
    ...run,
    measurements: run.measurements.map((each) => ({ ...each, median: median(each.values) })),
    derived: run.derived.map((each) => ({ ...each, median: median(each.values) })),
  };
  await writeFile(path, `${JSON.stringify(withMedians, null, 2)}\n`);
  return path;
}

export function machineLines({ machine, serverVersion }: BenchRun): string {
  const { cpu, cores, memoryBytes, node, loadAverage, commit } = machine;
  const server = serverVersion === undefined ? '' : `, PostgreSQL ${serverVersion}`;
  return [
    `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.platform}`,
    `Node ${node}${server}, load ${loadAverage} before${commit === undefined ? '' : `, commit ${commit}`}`,
  ].join('\n');
}

/** The section's measurements, then what was derived from them, one a line. */
export function sectionTable(
  section: string,
  measurements: readonly Measurement[],
  derived: readonly Derived[],
): string {
  return [section, ...[...measurements, ...derived].map(line)].join('\n');
}

function line({ name, unit, values, bound }: Measurement | Derived): string {
  const value = median(values);
  const note = bound === undefined ? spreadText(values) : verdict(value, bound, unit);
  return `  ${name.padEnd(30)}${valueText(value, unit).padStart(25)}  ${note}`.trimEnd();
}

function valueText(value: number, unit: Unit | undefined): string {
  if (unit === undefined) return value.toFixed(value < 10 ? 3 : 1);
  if (unit === 's') return `${value.toFixed(3)} s`;
  if (unit === 'bytes') return `${(value / 1e6).toFixed(1)} MB`;
  if (unit === 'bytes/record') return `${value.toFixed(1)} bytes`;
  return `${formatCount(value)} ${unit}`;
}

function verdict(value: number, bound: Bound, unit: Unit | undefined): string {
  const { atLeast, atMost } = bound;
  const limits = [
    ...(atLeast === undefined ? [] : [`>= ${limitText(atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`<= ${limitText(atMost, unit)}`]),
  ];
  return `${holds(value, bound) ? 'ok' : 'NO'} (${limits.join(', ')})`;
}

function limitText(limit: number, unit: Unit | undefined): string {
  if (unit === 'bytes') return `${limit / 1e6} MB`;
  if (unit === 'bytes/record') return `${limit} bytes`;
  return unit === undefined || unit === 's' ? String(limit) : formatCount(limit);
}
