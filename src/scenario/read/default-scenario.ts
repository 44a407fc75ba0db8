import { readFileSync } from 'node:fs';
import type { Scenario } from '../model/scenario.js';

let cached: Scenario | undefined;

/** The scenario of default.yaml; the build writes it as JSON. */
export function defaultScenario(): Scenario {
  cached ??= JSON.parse(readFileSync(new URL('../default.json', import.meta.url), 'utf8')) as Scenario;
  return cached;
}
