/** A problem in a scenario, as reported to the user. */
import { closestWord } from '../../base/closest-word.js';
import type { Path } from '../read/yaml-text.js';

export interface Problem {
  readonly path: Path;
  /** The key is wrong, not its value. */
  readonly atKey?: boolean;
  /** Without the position, but with the fix. */
  readonly message: string;
}

/** `message` follows the path, which begins the sentence. */
export function problemAt(path: Path, says: string): Problem {
  return { path, message: `${formatPath(path)} ${says}` };
}

export function unknownNameText(name: string, known: readonly string[], what: string): string {
  const meant = closestWord(name, known);
  const fix = meant === undefined ? `the ${what}s are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `names no ${what} (${name}): ${fix}`;
}

/** events.braking_event.hours[3] */
export function formatPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}
