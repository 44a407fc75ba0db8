/**
 * The effective scenario: every --set over the file over the defaults. Loaded only when a scenario is asked for,
 * because loading the libraries that read and validate it takes some time.
 */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { closestWord } from '../../base/closest-word.js';
import { FleetgenError, requestError } from '../../base/errors.js';
import type { Problem } from '../check/problem.js';
import { findSchemaProblem } from '../check/schema-validation.js';
import { findSemanticProblem } from '../check/semantics.js';
import type { Region, RegionNetwork, Scenario } from '../model/scenario.js';
import { readNetwork } from '../roads/network-file.js';
import { defaultScenario } from './default-scenario.js';
import {
  createPatch,
  isMap,
  type LoadedScenario,
  merge,
  NothingToRemoveError,
  orderKeys,
  type ScenarioFragment,
} from './merge.js';
import { isShipped, SHIPPED, shippedPath } from './shipped.js';
import { readFileSource, type Source, setFlagSource } from './sources.js';

/**
 * `from` is a shipped name or the path of a file, `sets` are path=value. Throws a requestError of one line that names
 * the file, line and column (or the --set), the key, what was found and what is allowed.
 */
export async function resolveScenario(from = 'default', sets: readonly string[] = []): Promise<LoadedScenario> {
  const sources = [...(await fileSources(from)), ...sets.map(setFlagSource)];
  const model = defaultScenario() as unknown as ScenarioFragment;
  let merged = model;
  for (const source of sources) merged = mergeSource(merged, source);
  const document = orderKeys(merged, model);
  const invalid = findSchemaProblem(document, 'whole');
  if (invalid !== undefined) throw errorOf(withHint(invalid, model), sources);
  const meaningless = findSemanticProblem(document as unknown as Scenario);
  if (meaningless !== undefined) throw errorOf(meaningless, sources);
  return { scenario: await withNetworks(document, sources), document: createPatch(document, model) };
}

async function fileSources(from: string): Promise<Source[]> {
  if (from === 'default') return [];
  if (isShipped(from)) return [await readFileSource(shippedPath(from))];
  const names = Object.keys(SHIPPED);
  const exists = await access(from).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (!exists) {
    const meant = closestWord(from, names);
    const fix =
      meant === undefined ? `give the path of a file or one of ${names.join(', ')}` : `did you mean ${meant}?`;
    throw requestError('SCENARIO_UNKNOWN', `no scenario file ${from}: ${fix}`);
  }
  return [await readFileSource(from)];
}

function mergeSource(base: ScenarioFragment, source: Source): ScenarioFragment {
  const invalid = findSchemaProblem(source.value, 'file');
  if (invalid !== undefined) throw errorOf(invalid, [source]);
  try {
    return merge(base, withAbsolutePaths(source.value as ScenarioFragment, source.folder));
  } catch (error) {
    if (!(error instanceof NothingToRemoveError)) throw error;
    throw errorOf({ path: error.path, atKey: true, message: error.says }, [source]);
  }
}

function errorOf(problem: Problem, sources: readonly Source[]): FleetgenError {
  let depth = -1;
  let place = 'scenario';
  for (const source of sources) {
    const found = source.locate(problem.path, problem.atKey ?? false);
    // The last source decides.
    if (found.depth >= depth) ({ depth, place } = found);
  }
  return requestError('SCENARIO_INVALID', `${place}: ${problem.message}`);
}

/** An entry that lacks required keys may be a misspelt built-in one. */
function withHint(problem: Problem, model: ScenarioFragment): Problem {
  const parent = problem.path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), model);
  const meant = isMap(parent) ? closestWord(String(problem.path.at(-1)), Object.keys(parent)) : undefined;
  if (meant === undefined || meant === problem.path.at(-1)) return problem;
  return { ...problem, message: `${problem.message}, or did you mean ${meant}?` };
}

function withAbsolutePaths(fragment: ScenarioFragment, folder: string): ScenarioFragment {
  if (!isMap(fragment.regions)) return fragment;
  const regions = Object.entries(fragment.regions).map(([name, region]) =>
    isMap(region) && typeof region.network === 'string'
      ? [name, { ...region, network: resolve(folder, region.network) }]
      : [name, region],
  );
  return { ...fragment, regions: Object.fromEntries(regions) };
}

async function withNetworks(document: ScenarioFragment, sources: readonly Source[]): Promise<Scenario> {
  const scenario = document as unknown as Omit<Scenario, 'regions'> & {
    readonly regions: Readonly<Record<string, Omit<Region, 'network'> & { readonly network?: string }>>;
  };
  const regions: Record<string, Region> = {};
  for (const [name, { network, ...region }] of Object.entries(scenario.regions)) {
    regions[name] = network === undefined ? region : { ...region, network: await networkOf(name, network, sources) };
  }
  return { ...scenario, regions };
}

async function networkOf(region: string, path: string, sources: readonly Source[]): Promise<RegionNetwork> {
  try {
    return await readNetwork(path);
  } catch (error) {
    if (!(error instanceof FleetgenError)) throw error;
    throw errorOf(
      { path: ['regions', region, 'network'], message: `regions.${region}.network: ${error.message}` },
      sources,
    );
  }
}
