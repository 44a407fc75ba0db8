/** Loads a scenario when one is asked for, and identifies it. */
import { createHash } from 'node:crypto';
import { checkValue } from '../../base/options.js';
import type { Scenario } from '../model/scenario.js';
import type { LoadedScenario } from './merge.js';

/**
 * The effective scenario: `sets` (path=value) over the file or shipped scenario `from` over the defaults. The modules
 * that read and validate files are loaded only now, because that takes some time. Throws a one-line requestError that
 * names the place.
 *
 * @example
 * const scenario = await loadScenario('winter-storm', ['events.braking_event.per_hour=3']);
 * const dataset = await openDataset({ scenario, vehicles: 10, days: 1 });
 * console.log(dataset.identity.rows, 'records');
 */
export async function loadScenario(from?: string, sets?: readonly string[]): Promise<LoadedScenario> {
  checkValue('the scenario', from, isText, 'the path of a file, or the name of a shipped scenario');
  checkValue(
    'the list of values to set',
    sets,
    (list) => Array.isArray(list) && list.every(isText),
    'texts, each path=value',
  );
  const { resolveScenario: load } = await import('./resolve-scenario.js');
  return load(from, sets);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** SHA-256 (hex) of the JSON of a scenario and of the settings that belong to it; the order of keys doesn't count. */
export function scenarioHash(scenario: Scenario, settings: Readonly<Record<string, number>>): string {
  return createHash('sha256').update(canonicalJson({ scenario, settings })).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
