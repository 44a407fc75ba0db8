/** `fleetgen doctor`: flags in, a line per check or JSON out; the checks are in doctor/. */
import type { Argv, CommandModule } from 'yargs';
import { runError } from '../../base/errors.js';
import { packageVersion } from '../../base/package.js';
import { standardOutput } from '../../base/standard-output.js';
import { plural } from '../../base/text.js';
import { COMMANDS } from '../command-names.js';
import { withFlags } from '../flags/flags.js';
import { DOCTOR_FLAGS, DOCTOR_GROUPS, type DoctorArguments, parseDoctorTarget } from './doctor-options.js';

const EXAMPLES = `Examples:
  This machine, and the server that PG* names, if any:
    fleetgen doctor
  Another target:
    fleetgen doctor --to postgresql://user@host/database
    fleetgen doctor --to kafka://localhost:9092/fleet --json

Nothing is changed. The exit code is 1 if a check failed; a note is no failure.`;

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: 'doctor',
  describe: COMMANDS.doctor,
  builder: (yargs) => withFlags(yargs, DOCTOR_FLAGS, DOCTOR_GROUPS).epilogue(EXAMPLES) as Argv<DoctorArguments>,
  handler: run,
};

async function run(given: DoctorArguments): Promise<void> {
  const target = parseDoctorTarget(given, process.env);
  const out = standardOutput();
  const { examine } = await import('../../doctor/doctor.js');
  const checks = await examine(target, process.env);
  const failed = checks.filter(({ status }) => status === 'failed');
  if (given.json === true) {
    const ok = failed.length === 0;
    out.write(`${JSON.stringify({ command: 'doctor', version: packageVersion(), ok, checks })}\n`);
  } else {
    const { checksText } = await import('../../doctor/checks-text.js');
    out.write(checksText(checks));
  }
  if (failed.length > 0) {
    const names = failed.map(({ name }) => name).join(', ');
    throw runError(
      'CHECK_FAILED',
      `${failed.length} ${plural(failed.length, 'check')} failed (${names}): the output says how to fix it`,
    );
  }
}
