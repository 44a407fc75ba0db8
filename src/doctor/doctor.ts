/** Implements `fleetgen doctor`: looks at all that a user needs, and changes nothing. */
import type { KafkaSpec } from '../kafka/kafka-spec.js';
import type { TargetRequest } from '../run/open-target.js';
import type { Check } from './check.js';
import { embeddedChecks } from './embedded-check.js';
import { machineChecks, thisMachine } from './machine-checks.js';
import { packageChecks } from './package-checks.js';

export type DoctorTarget = TargetRequest | { readonly kind: 'kafka'; readonly spec: KafkaSpec };

/** Without a target, the server that the environment names is checked, if any. Problems are in the checks. */
export async function examine(target: DoctorTarget | undefined, env: NodeJS.ProcessEnv): Promise<Check[]> {
  return [
    ...machineChecks(await thisMachine()),
    ...packageChecks(),
    ...(await embeddedChecks(target?.kind === 'embedded')),
    ...(await targetChecks(target, env)),
  ];
}

async function targetChecks(target: DoctorTarget | undefined, env: NodeJS.ProcessEnv): Promise<Check[]> {
  switch (target?.kind) {
    case undefined: {
      const { namesServer, postgresChecks } = await import('./postgres-checks.js');
      return namesServer(env) ? postgresChecks('postgres', env) : [];
    }
    case 'postgres': {
      const { postgresChecks } = await import('./postgres-checks.js');
      return postgresChecks(target.connection, env);
    }
    case 'kafka': {
      const { kafkaCheck } = await import('./kafka-check.js');
      return [await kafkaCheck(target.spec)];
    }
    case 'file':
    case 'folder': {
      const { fileCheck } = await import('./file-check.js');
      return [await fileCheck(target.path)];
    }
    case 'embedded':
    case 'stdout':
    case 'null':
      return [];
  }
}
