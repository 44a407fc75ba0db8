import { closestWord } from '../base/closest-word.js';
import { requestError } from '../base/errors.js';
import { checkValue } from '../base/options.js';
import type { Dataset } from './dataset.js';

/**
 * The dataset of which only these columns of the records are stored, in this order. The records and their record_id stay
 * the same. Throws a requestError for an unknown or repeated name, for an empty list, and for a list that lacks one of
 * `needed`, of which `why` says what needs it.
 */
export function selectColumns(
  dataset: Dataset,
  names: readonly string[],
  needed: readonly string[] = [],
  why = '',
): Dataset {
  const isTexts = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
  checkValue('columns', names, isTexts, 'a list of names, such as ["record_id", "speed_kmh"]');
  const { columns } = dataset.simulated;
  const chosen = names.map((name, i) => {
    if (names.indexOf(name) < i) throw requestError('BAD_OPTION', `--columns has ${name} twice: leave out one`);
    const column = columns.find((each) => each.name === name);
    if (column !== undefined) return column;
    const known = columns.map((each) => each.name);
    const meant = closestWord(name, known) ?? known.find((each) => name.length > 2 && each.includes(name));
    const fix = meant === undefined ? `give some of ${known.join(', ')}` : `did you mean ${meant}?`;
    throw requestError('NO_COLUMN', `--columns: the records have no column ${JSON.stringify(name)}: ${fix}`);
  });
  const missing = needed.find((name) => !names.includes(name));
  if (missing !== undefined) throw requestError('BAD_OPTION', `--columns lacks ${missing}: add it, as ${why} needs it`);
  return { ...dataset, telemetry: { columns: chosen } };
}
