/** `fleetgen verify`: reads a load back and checks it; prints a table, and fails when a check does. */
import type { Argv, CommandModule } from 'yargs';
import { runError } from '../errors.js';
import { type Dataset, planDataset } from '../plan/dataset.js';
import type { StoredRows } from '../verify/stored-rows.js';
import { scenarioOf } from './scenario-flags.js';
import { parseVerifyOptions, VERIFY_FLAGS, type VerifyArguments, type VerifyRequest } from './verify-options.js';

const EXAMPLES = `Examples:
  fleetgen verify                             the embedded server's table
  fleetgen verify --from fleet.csv.gz --rows 1e6
  fleetgen verify --from postgres --scenario winter-storm --json`;

/** `signal` is aborted, with a FleetgenError as the reason, when the user interrupts. */
export function verifyCommand(signal: AbortSignal): CommandModule<object, VerifyArguments> {
  return {
    command: 'verify',
    describe: 'Check a load against its scenario',
    builder: (yargs) => yargs.options(VERIFY_FLAGS).epilogue(EXAMPLES) as Argv<VerifyArguments>,
    handler: (given) => run(given, signal),
  };
}

async function run(given: VerifyArguments, signal: AbortSignal): Promise<void> {
  const request = parseVerifyOptions(given, new Date());
  const scenario = await scenarioOf(given);
  const dataset = planDataset({ ...request.dataset, ...(scenario && { scenario }) });
  const { checkRealism, checksText } = await import('../verify/realism/check-realism.js');
  const source = await open(request, dataset, signal);
  try {
    const report = await checkRealism(dataset, source.rows, signal);
    if (given.json === true) process.stdout.write(`${JSON.stringify({ command: 'verify', ...report })}\n`);
    else if (given.quiet !== true) process.stdout.write(checksText(report.checks));
    if (report.failed === 0) return;
    throw runError(
      'NOT_BELIEVABLE',
      `${report.failed} of ${report.checks.length} checks fail over ${report.rows} records: compare the flags with those of generate, or see the table`,
    );
  } finally {
    await source.close();
  }
}

interface OpenSource {
  readonly rows: AsyncIterable<StoredRows>;
  close(): Promise<void>;
}

async function open(
  { from, table, schema }: VerifyRequest,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<OpenSource> {
  const { fileRows, tableRows } = await import('../verify/stored-rows.js');
  const nothing = async (): Promise<void> => {};
  if (from.kind === 'file') return { rows: fileRows(dataset, from.path), close: nothing };
  const { connectionOf } = await import('../sinks/postgres/connection.js');
  if (from.kind === 'postgres') {
    return { rows: tableRows(dataset, connectionOf(from.connection), { schema, table }), close: nothing };
  }
  const { openEmbedded } = await import('../sinks/postgres/embedded/open.js');
  const server = await openEmbedded({ signal });
  return { rows: tableRows(dataset, server.connection, { schema, table }), close: () => server.stop() };
}
