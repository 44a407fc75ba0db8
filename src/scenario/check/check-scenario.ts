/** Validates a scenario constructed by a program by the same rules as a file. */
import { requestError } from '../../base/errors.js';
import type { Scenario } from '../model/scenario.js';
import { defaultScenario } from '../read/default-scenario.js';
import { isFromFile } from '../roads/network-file.js';
import { type Problem, problemAt } from './problem.js';
import { findSchemaProblem } from './schema-validation.js';
import { findSemanticProblem } from './semantics.js';

/**
 * Throws a one-line requestError that names the key, what was found and what is allowed, if a scenario is not
 * complete and valid.
 */
export function checkScenario(scenario: Scenario): void {
  if (scenario === defaultScenario()) return;
  const problem =
    findSchemaProblem(withoutNetworks(scenario), 'whole') ?? findSemanticProblem(scenario) ?? findUnread(scenario);
  if (problem !== undefined) throw requestError('SCENARIO_INVALID', `scenario: ${problem.message}`);
}

/** The schema is that of files, which name the roads' file. */
function withoutNetworks(scenario: Scenario): unknown {
  const regions: unknown = scenario?.regions;
  if (typeof regions !== 'object' || regions === null) return scenario;
  const bare = Object.entries(regions).map(([name, region]) => {
    if (typeof region !== 'object' || region === null || typeof region.network !== 'object') return [name, region];
    const { network: _, ...rest } = region;
    return [name, rest];
  });
  return { ...scenario, regions: Object.fromEntries(bare) };
}

function findUnread({ regions }: Scenario): Problem | undefined {
  const unread = Object.entries(regions).find(([, { network }]) => network !== undefined && !isFromFile(network));
  if (unread === undefined) return undefined;
  return problemAt(
    ['regions', unread[0], 'network'],
    'was not read from a file: let loadScenario read its GeoJSON file',
  );
}
