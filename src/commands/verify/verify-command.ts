/** `fleetgen verify`: reads a load back and compares it with the simulation; fails if it differs. */
import type { Argv, CommandModule } from 'yargs';
import { runError } from '../../base/errors.js';
import { standardOutput } from '../../base/standard-output.js';
import { type AllFindings, countAllDifferences } from '../../verify/exact/findings.js';
import { countsText } from '../../verify/exact/findings-text.js';
import type { RealismReport } from '../../verify/realism/check-realism.js';
import { verify } from '../../verify/verify.js';
import { COMMANDS } from '../command-names.js';
import { withFlags } from '../flags/flags.js';
import { requestedScenario } from '../flags/scenario-flags.js';
import { parseVerifyOptions, VERIFY_FLAGS, VERIFY_GROUPS, type VerifyArguments } from './verify-options.js';

const EXAMPLES = `Examples:
  Every value of the embedded server's table, and of a file:
    fleetgen verify
    fleetgen verify --from fleet.csv.gz --rows 1e6
  A tenth of a table, and whether it is realistic:
    fleetgen verify --from postgres --checks all --sample 0.1 --json`;

/** `signal` is aborted, with a FleetgenError as the reason, when the user interrupts. */
export function verifyCommand(signal: AbortSignal): CommandModule<object, VerifyArguments> {
  return {
    command: 'verify',
    describe: COMMANDS.verify,
    builder: (yargs) => withFlags(yargs, VERIFY_FLAGS, VERIFY_GROUPS).epilogue(EXAMPLES) as Argv<VerifyArguments>,
    handler: (given) => run(given, signal),
  };
}

async function run(given: VerifyArguments, signal: AbortSignal): Promise<void> {
  const options = parseVerifyOptions(given, new Date());
  const isSilent = given.quiet === true && given.json !== true;
  // The exit code also tells the result, so discarding the text loses nothing.
  const out = isSilent ? undefined : given.json === true ? standardOutput() : process.stdout;
  const scenario = await requestedScenario(given);
  // Printed after closing the source, as a closed pipe ends the process.
  const { exact, realism } = await verify({ ...options, ...(scenario && { scenario }), signal });
  if (given.json === true) out?.write(`${JSON.stringify({ command: 'verify', exact, realism })}\n`);
  else out?.write(await textOf(exact, realism));
  if (exact !== undefined && countAllDifferences(exact) > 0) throw differ(exact);
  if (realism !== undefined && realism.failed > 0) throw notBelievable(realism);
}

async function textOf(exact: AllFindings | undefined, realism: RealismReport | undefined): Promise<string> {
  let text = '';
  if (exact !== undefined) {
    const { findingsText } = await import('../../verify/exact/findings-text.js');
    text += findingsText(exact);
  }
  if (realism !== undefined) {
    const { checksText } = await import('../../verify/realism/check-realism.js');
    text += checksText(realism.checks);
  }
  return text;
}

function differ(findings: AllFindings): Error {
  return runError(
    'VERIFY_DIFFERS',
    `the stored data differs from the simulation (${countsText(findings)}): load it again, or give the flags it was generated with`,
  );
}

function notBelievable({ failed, checks, rows }: RealismReport): Error {
  return runError(
    'NOT_BELIEVABLE',
    `${failed} of ${checks.length} checks fail over ${rows} records: compare the flags with those of generate, or see the table`,
  );
}
