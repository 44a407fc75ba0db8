/** A scenario in any of the forms in which a program gives one. */
import { requestError } from '../../base/errors.js';
import { formatValue } from '../../base/options.js';
import type { Scenario } from '../model/scenario.js';
import { loadScenario } from './load-scenario.js';
import type { LoadedScenario } from './merge.js';

/** The name of a shipped scenario, the path of a scenario file, what `loadScenario` returned, or its `scenario`. */
export type ScenarioChoice = string | LoadedScenario | Scenario;

/** Undefined for the default. Throws a requestError for a file that is missing or invalid, and for any other value. */
export async function chosenScenario(choice: ScenarioChoice | undefined): Promise<Scenario | undefined> {
  if (choice === undefined) return undefined;
  if (typeof choice === 'string') return (await loadScenario(choice)).scenario;
  if (typeof choice === 'object' && choice !== null) return isLoaded(choice) ? choice.scenario : choice;
  throw requestError(
    'BAD_OPTION',
    `scenario is ${formatValue(choice)}: give the name of a shipped scenario, the path of a file or what loadScenario returned`,
  );
}

function isLoaded(choice: LoadedScenario | Scenario): choice is LoadedScenario {
  return 'scenario' in choice && 'document' in choice;
}
