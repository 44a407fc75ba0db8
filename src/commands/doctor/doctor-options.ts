/** The flags of `fleetgen doctor`: how --help shows them and how their texts become a target. */
import type { Options } from 'yargs';
import { requestError } from '../../base/errors.js';
import type { DoctorTarget } from '../../doctor/doctor.js';
import { FILE_NAMES } from '../../formats/formats.js';
import { parseTarget } from '../../run/open-target.js';
import { parseStreamTarget } from '../../stream/stream-target.js';
import { asIs, booleanFlag, type FlagGroups, flagReader, textFlag } from '../flags/flags.js';
import { KAFKA_CONNECTION_FLAGS, type KafkaArguments, parseKafkaFlags } from '../stream/kafka-flags.js';

export const DOCTOR_FLAGS = {
  to: textFlag(
    `A target to check: embedded, postgresql://..., postgres (PG* environment), kafka://host:port/topic, ${FILE_NAMES}`,
    'postgres, if PG* names a server',
    { words: ['embedded', 'postgres'], files: true },
  ),
  ...KAFKA_CONNECTION_FLAGS,
  json: booleanFlag('One JSON object on stdout instead of the lines'),
} as const satisfies Record<string, Options>;

/** How --help groups them. */
export const DOCTOR_GROUPS = {
  'Flags:': ['to', 'json'],
  'Kafka:': Object.keys(KAFKA_CONNECTION_FLAGS),
} as const satisfies FlagGroups;

export type DoctorArguments = Readonly<Partial<Record<keyof typeof DOCTOR_FLAGS, unknown>>>;

/** Undefined without --to. Throws a requestError for an invalid flag, or one that doesn't apply to the target. */
export function parseDoctorTarget(given: DoctorArguments, env: NodeJS.ProcessEnv): DoctorTarget | undefined {
  const to = flagReader(given)('to', asIs);
  if (to?.startsWith('kafka:')) {
    const target = parseStreamTarget(to);
    if (target.kind === 'kafka') return { kind: 'kafka', spec: parseKafkaFlags(target, given as KafkaArguments, env) };
  }
  const flag = Object.keys(KAFKA_CONNECTION_FLAGS).find((each) => given[each as keyof DoctorArguments] !== undefined);
  if (flag !== undefined) {
    throw requestError('BAD_OPTION', `--${flag} has no effect with this --to: it is for kafka://...; leave it out`);
  }
  return to === undefined ? undefined : parseTarget(to);
}
