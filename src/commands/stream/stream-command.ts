/** `fleetgen stream`: flags in, summary out; the work is stream/stream.ts. */
import type { Argv, CommandModule } from 'yargs';
import { formatCompactCount, formatCount, formatDuration } from '../../base/format-numbers.js';
import { canRedraw, summaryStream } from '../../base/standard-output.js';
import { plural } from '../../base/text.js';
import type { StreamProgress, StreamSummary } from '../../stream/stream-run.js';
import { COMMANDS } from '../command-names.js';
import { withFlags } from '../flags/flags.js';
import { requestedScenario } from '../flags/scenario-flags.js';
import { targetName } from '../generate/summary-line.js';
import { parseStreamOptions, STREAM_FLAGS, STREAM_GROUPS, type StreamArguments } from './stream-options.js';

const EXAMPLES = `Examples:
  JSON lines, and into a topic that may be missing:
    fleetgen stream | head -3
    fleetgen stream --vehicles 500 --days 1 --to kafka://localhost:9092/fleet \\
      --create-topic partitions=6
  As if it happened now, and the last day and a half in 24 minutes:
    fleetgen stream --speed 1x --start-at now --to kafka://localhost:9092/fleet
    fleetgen stream --days 1 --speed 60x --start-at now-36h \\
      --to kafka://localhost:9092/fleet`;

/** `signal` is aborted, with a FleetgenError as the reason, when the user interrupts the stream. */
export function streamCommand(signal: AbortSignal): CommandModule<object, StreamArguments> {
  return {
    command: 'stream',
    describe: COMMANDS.stream,
    builder: (yargs) => withFlags(yargs, STREAM_FLAGS, STREAM_GROUPS).epilogue(EXAMPLES) as Argv<StreamArguments>,
    handler: (given) => run(given, signal),
  };
}

async function run(given: StreamArguments, signal: AbortSignal): Promise<void> {
  const options = parseStreamOptions(given, new Date(), process.env);
  const scenario = await requestedScenario(given);
  const isKafka = options.to !== '-';
  const summaryTo = given.json === true ? summaryStream(!isKafka) : undefined;
  const { stream } = await import('../../stream/stream.js');
  const quiet = given.quiet === true;
  const status = !quiet && isKafka && canRedraw(process.stderr, process.env);
  let summary: StreamSummary;
  try {
    summary = await stream({
      ...options,
      ...(scenario && { scenario }),
      signal,
      ...(status && { onProgress: showProgress }),
      ...(!quiet && { onWarning: (line: string) => void process.stderr.write(`fleetgen: ${line}\n`) }),
    });
  } finally {
    if (status) process.stderr.write('\r\x1b[K');
  }
  if (summaryTo !== undefined) summaryTo.write(`${JSON.stringify({ command: 'stream', ...summary })}\n`);
  else if (!quiet) process.stderr.write(`${summaryText(summary)}\n`);
}

function showProgress({ messages, bytes, seconds }: StreamProgress): void {
  const rate = formatCompactCount(messages / seconds);
  const megabytes = (bytes / seconds / 1e6).toFixed(0);
  process.stderr.write(
    `\r\x1b[K${formatCompactCount(messages)} messages  ${rate}/s  ${megabytes} MB/s  ${formatDuration(seconds)}`,
  );
}

function summaryText({ rows, seconds, rowsPerSecond, target }: StreamSummary): string {
  const line = `${formatCount(rows)} ${plural(rows, 'message')} in ${formatDuration(seconds)}`;
  return `${line} (${formatCount(rowsPerSecond)}/s): ${targetName(target)}`;
}
