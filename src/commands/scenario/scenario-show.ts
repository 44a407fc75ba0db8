/** Describes a scenario: in one line, or completely as YAML that is itself a scenario file. */
import { Document, isScalar, visit } from 'yaml';
import { BUILT_IN_EVENTS } from '../../columns/telemetry.js';
import { resolveScenario } from '../../scenario/read/resolve-scenario.js';
import { eventNames } from '../../world/tables/event-tables.js';

interface ScenarioRequest {
  readonly from?: string;
  readonly sets: readonly string[];
}

/** Says that the scenario is valid and which columns it adds. Throws a requestError if it is invalid. */
export async function validityLine({ from, sets }: ScenarioRequest): Promise<string> {
  const { scenario } = await resolveScenario(from, sets);
  const events = eventNames(scenario).slice(BUILT_IN_EVENTS.length);
  const metrics = Object.keys(scenario.metrics);
  const parts = [counted(events, 'event'), counted(metrics, 'metric')].filter((each) => each !== '');
  return `${from ?? 'default'}: ok, ${parts.length === 0 ? 'no custom columns' : `adds ${parts.join(' and ')}`}`;
}

function counted(names: readonly string[], what: string): string {
  if (names.length === 0) return '';
  return `${names.length} ${what}${names.length === 1 ? '' : 's'} (${names.join(', ')})`;
}

/** The effective scenario; lists and small maps on one line. */
export async function effectiveYaml({ from, sets }: ScenarioRequest): Promise<string> {
  const { document: value } = await resolveScenario(from, sets);
  const document = new Document(value);
  visit(document, {
    Seq: (_key, list) => {
      list.flow = true;
    },
    Map: (_key, map, ancestors) => {
      const flat = map.items.every(({ value: each }) => isScalar(each)) && map.items.length <= 6;
      map.flow = flat && ancestors.length > 2;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
