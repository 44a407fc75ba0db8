/** Merges a scenario: the values of a file or a --set over the previous ones. */
import { closestWord } from '../../base/closest-word.js';
import type { Scenario } from '../model/scenario.js';
import type { Path } from './yaml-text.js';

/** A scenario file, or a part of one, as plain data. */
export type ScenarioFragment = Readonly<Record<string, unknown>>;

/** A null for a key that doesn't exist. */
export class NothingToRemoveError extends Error {
  constructor(
    readonly path: Path,
    readonly says: string,
  ) {
    super(says);
  }
}

/** Maps merge by key, anything else replaces, null removes. Throws NothingToRemoveError. */
export function merge(base: ScenarioFragment, over: ScenarioFragment, at: Path = []): ScenarioFragment {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) {
      if (!Object.hasOwn(result, key)) throw nothingToRemove([...at, key], Object.keys(base));
      delete result[key];
    } else if (isMap(value)) {
      const before = Object.hasOwn(result, key) && isMap(result[key]) ? result[key] : {};
      result[key] = merge(before, value, [...at, key]);
    } else result[key] = value;
  }
  return result;
}

/**
 * Keys in one order, wherever they came from, because columns and draws follow it: those that `model` has in its order,
 * then the others by name.
 */
export function orderKeys(value: ScenarioFragment, model: ScenarioFragment): ScenarioFragment {
  const known = Object.keys(model).filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value).filter((key) => !Object.hasOwn(model, key));
  return Object.fromEntries(
    [...known, ...others.sort()].map((key) => {
      const inner = value[key];
      if (!isMap(inner)) return [key, inner];
      const innerModel = Object.hasOwn(model, key) ? model[key] : undefined;
      return [key, orderKeys(inner, isMap(innerModel) ? innerModel : {})];
    }),
  );
}

/** The patch that `merge` has to apply to `model` to get the value: null for keys that only the model has. */
export function createPatch(value: ScenarioFragment, model: ScenarioFragment): ScenarioFragment {
  const result: Record<string, unknown> = { ...value };
  for (const [key, before] of Object.entries(model)) {
    const after = Object.hasOwn(value, key) ? value[key] : null;
    result[key] = isMap(after) && isMap(before) ? createPatch(after, before) : after;
  }
  return result;
}

export function isMap(value: unknown): value is ScenarioFragment {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nothingToRemove(path: Path, known: readonly string[]): NothingToRemoveError {
  const meant = closestWord(String(path.at(-1)), known);
  const fix = meant === undefined ? 'leave it out' : `did you mean ${meant}?`;
  return new NothingToRemoveError(path, `${path.join('.')} is null, which removes it, but it does not exist: ${fix}`);
}

/** A scenario with all its values, whatever its file left out. */
export interface LoadedScenario {
  /** With the roads from its files; the argument of planDataset. */
  readonly scenario: Scenario;
  /** The whole in the form of a scenario file: null for what was removed, paths absolute. */
  readonly document: ScenarioFragment;
}
