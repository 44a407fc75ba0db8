/** `fleetgen generate`: flags in, summary out; the work is run/generate.ts. */
import type { Argv, CommandModule } from 'yargs';
import { summaryStream } from '../../base/standard-output.js';
import { DEFAULTS } from '../../run/defaults.js';
import type { GenerateOptions, GenerateSummary } from '../../run/generate.js';
import { parseTarget } from '../../run/open-target.js';
import { COMMANDS } from '../command-names.js';
import { withFlags } from '../flags/flags.js';
import { requestedScenario } from '../flags/scenario-flags.js';
import { generateInterruption, type Interruption } from '../interruption.js';
import { GENERATE_FLAGS, GENERATE_GROUPS, type GenerateArguments, parseGenerateOptions } from './generate-options.js';
import { previewLine } from './preview-line.js';
import { type OnRun, openListeners } from './run-listeners.js';

const EXAMPLES = `Examples:
  A million records into the embedded server, and into the one that PG* names:
    fleetgen generate
    fleetgen generate --to postgres
  Into a file that may exist, and into a pipe:
    fleetgen generate --days 7 --to week.parquet --if-exists replace
    fleetgen generate --rows 1000 --to - | head`;

type OnSignal = (say: Interruption) => void;

/**
 * `signal` is aborted, with a FleetgenError as the reason, when the user interrupts the run; `onSignal` receives the
 * messages to print in that case, and `onRun` the id of the load.
 */
export function generateCommand(
  signal: AbortSignal,
  onSignal: OnSignal,
  onRun: OnRun,
): CommandModule<object, GenerateArguments> {
  return {
    command: 'generate',
    describe: COMMANDS.generate,
    builder: (yargs) => withFlags(yargs, GENERATE_FLAGS, GENERATE_GROUPS).epilogue(EXAMPLES) as Argv<GenerateArguments>,
    handler: (given) => run(given, signal, onSignal, onRun),
  };
}

async function run(given: GenerateArguments, signal: AbortSignal, onSignal: OnSignal, onRun: OnRun): Promise<void> {
  const options = parseGenerateOptions(given, new Date());
  onSignal(generateInterruption(parseTarget(options.to ?? DEFAULTS.to)));
  const summaryTo = given.json === true ? summaryStream(options.to === '-') : undefined;
  const scenario = await requestedScenario(given);
  if (given['dry-run'] === true) return preview({ ...options, ...(scenario && { scenario }), signal }, summaryTo);
  const { generate } = await import('../../run/generate.js');
  const listeners = await openListeners(given, onRun);
  const quiet = given.quiet === true || listeners.json;
  // Whoever reads the JSON there gets nothing else.
  const progress = quiet || summaryTo === process.stderr ? undefined : await openDisplay();
  let summary: GenerateSummary;
  try {
    summary = await generate({
      ...options,
      ...(scenario && { scenario }),
      signal,
      ...(listeners.onEvent && { onEvent: listeners.onEvent }),
      ...(progress && { onProgress: progress.update }),
    });
  } finally {
    progress?.end();
    listeners.close();
  }
  if (summaryTo !== undefined) summaryTo.write(`${JSON.stringify({ command: 'generate', ...summary })}\n`);
  else if (!quiet) {
    const { summaryLine } = await import('./summary-line.js');
    process.stderr.write(`${summaryLine(summary)}\n`);
  }
}

async function preview(options: GenerateOptions, to: NodeJS.WritableStream | undefined): Promise<void> {
  const { previewLoad } = await import('../../run/preview.js');
  const found = await previewLoad(options);
  if (to !== undefined) to.write(`${JSON.stringify({ command: 'generate', dryRun: true, ...found })}\n`);
  else process.stderr.write(`${previewLine(found)}\n`);
}

async function openDisplay() {
  const { openProgress } = await import('../../run/progress/open-progress.js');
  return openProgress(process.stderr, process.env);
}
