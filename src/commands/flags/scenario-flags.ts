/** --scenario and --set, of every command that simulates or describes a scenario. */
import { requestError } from '../../base/errors.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import { loadScenario } from '../../scenario/read/load-scenario.js';
import { SHIPPED } from '../../scenario/read/shipped.js';
import { textFlag, type Values } from './flags.js';

/** Of whatever names a scenario. */
export const SCENARIO_VALUES: Values = { words: Object.keys(SHIPPED), files: true };

export const SCENARIO_FLAGS = {
  scenario: textFlag('A scenario file, or a shipped one by name (fleetgen scenario list)', 'default', SCENARIO_VALUES),
  set: textFlag('One value of the scenario: path=value; may be repeated', 'none'),
} as const;

export interface ScenarioArguments {
  readonly scenario?: unknown;
  readonly set?: unknown;
}

/**
 * The requested scenario; undefined for the default, without loading the modules that read scenarios. Throws a
 * requestError.
 */
export async function requestedScenario(given: ScenarioArguments): Promise<Scenario | undefined> {
  const { from, sets } = parseScenarioFlags(given);
  if (from === undefined && sets.length === 0) return undefined;
  return (await loadScenario(from, sets)).scenario;
}

/** The flags' texts. Throws a requestError for invalid forms that yargs accepts. */
export function parseScenarioFlags({ scenario, set }: ScenarioArguments): { from?: string; sets: readonly string[] } {
  if (Array.isArray(scenario)) {
    throw requestError('BAD_OPTION', '--scenario is given twice: give it once, or change values with --set');
  }
  if (scenario !== undefined && (typeof scenario !== 'string' || scenario === '')) {
    throw requestError('BAD_OPTION', '--scenario has no value: give a file or a name, or leave the flag out');
  }
  const sets = set === undefined ? [] : [set].flat();
  if (!sets.every((each) => typeof each === 'string')) {
    throw requestError(
      'BAD_OPTION',
      '--set has no value: give a path and a value, such as events.braking_event.per_hour=3',
    );
  }
  return { ...(scenario !== undefined && { from: scenario }), sets };
}
