/** `fleetgen bench`: flags in, a table, JSON or pictures out; the work is bench/bench.ts. */
import { randomUUID } from 'node:crypto';
import type { Argv, CommandModule } from 'yargs';
import { requirePackage } from '../../base/package.js';
import { canRedraw, standardOutput } from '../../base/standard-output.js';
import { bench } from '../../bench/bench.js';
import { compareReports, readReport } from '../../bench/report/compare-reports.js';
import type { BenchReport } from '../../bench/report/report.js';
import { comparisonText, reportText } from '../../bench/report/report-text.js';
import { openFileOutput } from '../../sinks/files/file-output.js';
import type { Output } from '../../sinks/files/output.js';
import { COMMANDS } from '../command-names.js';
import { withFlags } from '../flags/flags.js';
import { BENCH_FLAGS, BENCH_GROUPS, type BenchArguments, parseBenchOptions } from './bench-options.js';

const EXAMPLES = `Examples:
  This machine, in about a minute, before and after a change:
    fleetgen bench --json > before.json
    fleetgen bench --compare before.json --html bench.html
  Another server:
    fleetgen bench --to postgresql://user@host/database`;

/** `signal` is aborted, with a FleetgenError as the reason, when the user interrupts the bench. */
export function benchCommand(signal: AbortSignal): CommandModule<object, BenchArguments> {
  return {
    command: 'bench',
    describe: COMMANDS.bench,
    builder: (yargs) => withFlags(yargs, BENCH_FLAGS, BENCH_GROUPS).epilogue(EXAMPLES) as Argv<BenchArguments>,
    handler: (given) => run(given, signal),
  };
}

async function run(given: BenchArguments, signal: AbortSignal): Promise<void> {
  const { options, compare, html, svg } = parseBenchOptions(given);
  const out = standardOutput();
  const earlier = compare === undefined ? undefined : await readReport(compare);
  const pictures = await openPictures({ html, svg });
  try {
    const report = await measured(options, given.quiet !== true && canRedraw(process.stderr, process.env), signal);
    await pictures.publish(report);
    const comparison = earlier && compareReports(earlier, report);
    if (given.json === true) out.write(`${JSON.stringify({ ...report, ...(comparison && { comparison }) })}\n`);
    else out.write(reportText(report) + (comparison ? `\n${comparisonText(comparison)}` : ''));
  } finally {
    await pictures.discard();
  }
}

async function measured(
  options: ReturnType<typeof parseBenchOptions>['options'],
  status: boolean,
  signal: AbortSignal,
): Promise<BenchReport> {
  const onProgress = (text: string) => void process.stderr.write(`\r\x1b[K${text}`);
  try {
    return await bench({ ...options, signal, ...(status && { onProgress }) });
  } finally {
    if (status) process.stderr.write('\r\x1b[K');
  }
}

interface Pictures {
  publish(report: BenchReport): Promise<void>;
  /** Removes what has not been published. */
  discard(): Promise<void>;
}

/** Opened before measuring, so that an unwritable path is reported at once. */
async function openPictures(paths: Readonly<Record<'html' | 'svg', string | undefined>>): Promise<Pictures> {
  const outputs: { readonly kind: 'html' | 'svg'; readonly output: Output }[] = [];
  const discard = async () => {
    for (const { output } of outputs.splice(0)) await output.discard();
  };
  if (paths.html !== undefined || paths.svg !== undefined) requirePackage('echarts', 'a picture of the report');
  try {
    for (const kind of ['html', 'svg'] as const) {
      const path = paths[kind];
      if (path !== undefined) outputs.push({ kind, output: await openFileOutput(path, randomUUID(), true) });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async publish(report) {
      if (outputs.length === 0) return;
      const { curveSvg, reportHtml } = await import('../../bench/report/report-html.js');
      const texts = { html: () => reportHtml(report), svg: () => curveSvg(report) };
      for (let next = outputs[0]; next !== undefined; next = outputs[0]) {
        await next.output.write(Buffer.from(texts[next.kind]()));
        await next.output.close();
        await next.output.publish();
        outputs.shift();
      }
    },
    discard,
  };
}
