/**
 * `npm run bench:compare -- BASELINE.json [RUN.json]`: fails if a figure is worse than the baseline's by more than a
 * ratio (--max, 1.25 by default). Without RUN.json the newest run in bench-results/ is compared. Both runs should be
 * from the same machine.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '#src/bench/measure/round-statistics.js';
import { type BenchRun, RESULTS_FOLDER } from './report.js';
import { lowerIsBetter, type Measurement } from './results.js';

export interface Change {
  readonly figure: string;
  /** Ratio by which the run is worse than the baseline; below 1 it is better. */
  readonly worse: number;
}

/** Compares the figures that both runs have. */
export function compareRuns(baseline: readonly Measurement[], run: readonly Measurement[]): Change[] {
  return run.flatMap(({ section, name, unit, values }) => {
    const before = baseline.find((each) => each.section === section && each.name === name);
    if (before === undefined) return [];
    const ratio = median(values) / median(before.values);
    return { figure: `${section}: ${name}`, worse: lowerIsBetter(unit) ? ratio : 1 / ratio };
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { max: { type: 'string', default: '1.25' } },
    allowPositionals: true,
  });
  const max = Number(values.max);
  const [baselinePath, runPath = await newestRun()] = positionals;
  if (baselinePath === undefined || !(max >= 1)) {
    throw new Error('give BASELINE.json [RUN.json] [--max RATIO], the ratio at least 1');
  }
  const baseline = await readRun(baselinePath);
  const run = await readRun(runPath);
  if (baseline.quick !== run.quick) throw new Error('one of the runs is --quick and the other is not');
  if (baseline.machine.cpu !== run.machine.cpu || baseline.machine.cores !== run.machine.cores) {
    print(`Not the same machine: ${baseline.machine.cpu}, ${baseline.machine.cores} cores, ran the baseline.`);
  }
  const changes = compareRuns(baseline.measurements, run.measurements);
  if (changes.length === 0) throw new Error('the runs have no figure in common');
  for (const { figure, worse } of changes) {
    const change = worse > 1 ? `${worse.toFixed(2)}x worse` : `${(1 / worse).toFixed(2)}x better`;
    print(`  ${figure.padEnd(48)}${change.padStart(16)}${worse > max ? '  FAILS' : ''}`);
  }
  if (changes.some(({ worse }) => worse > max)) process.exitCode = 1;
}

async function readRun(path: string): Promise<BenchRun> {
  return JSON.parse(await readFile(path, 'utf8')) as BenchRun;
}

async function newestRun(): Promise<string> {
  const names = (await readdir(RESULTS_FOLDER).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const newest = names.at(-1);
  if (newest === undefined) throw new Error(`there is no run in ${RESULTS_FOLDER}: npm run bench makes one`);
  return join(RESULTS_FOLDER, newest);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench:compare: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
