/**
 * Where the values of a scenario come from: a file, or one --set. Each knows the position of its values, so that an
 * error can point there, even one that shows only once everything is put together.
 */
import { dirname } from 'node:path';
import { requestError } from '../../base/errors.js';
import { truncateLine } from '../../base/text.js';
import { readText } from './read-text.js';
import { type Path, parseYaml } from './yaml-text.js';

export interface Source {
  /** As parsed: not validated yet. */
  readonly value: unknown;
  /** Folder that paths in it are relative to. */
  readonly folder: string;
  /** How many steps of the path this source contains, and its position: file:line:column or the --set. */
  locate(path: Path, atKey: boolean): { readonly depth: number; readonly place: string };
}

/** Parsing takes up to 5 us a byte, and the longest scenarios have some 100 kB. */
const MAX_BYTES = 1_000_000;

/** Throws a requestError if the file can't be read or is not YAML with plain values. */
export async function readFileSource(path: string): Promise<Source> {
  return textSource(await readText(path, 'scenario file', MAX_BYTES), path);
}

/** The text of a file; an empty one sets nothing. */
export function textSource(text: string, path: string): Source {
  const { value, locate } = parseYaml(text, (line, column) => `${path}:${line}:${column}`);
  return { value: value ?? {}, folder: dirname(path), locate };
}

/** `path=value`, the value as YAML. Throws a requestError if it is neither. */
export function setFlagSource(argument: string): Source {
  const place = `--set ${truncateLine(argument)}`;
  const equals = argument.indexOf('=');
  const keys = argument.slice(0, Math.max(0, equals)).split('.');
  if (keys.includes('')) {
    throw requestError('BAD_SET', `${place}: give a path and a value, such as --set events.braking_event.per_hour=3`);
  }
  const text = argument.slice(equals + 1);
  if (text.trim() === '') throw requestError('BAD_SET', `${place}: give a value, or null to remove an entry`);
  const { value } = parseYaml(text, () => place);
  return {
    value: keys.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value),
    folder: '.',
    locate: (path) => ({ depth: commonLength(keys, path), place }),
  };
}

/** Length of the common prefix; beyond its keys a --set may contain the rest. */
function commonLength(keys: readonly string[], path: Path): number {
  const differs = path.findIndex((step, i) => i < keys.length && keys[i] !== step);
  return differs < 0 ? path.length : differs;
}
