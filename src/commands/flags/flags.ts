/** What the flags of all commands have in common: their form in --help, and strict parsing. */
import type { Argv, InferredOptionTypes, Options } from 'yargs';
import { requestError } from '../../base/errors.js';

/** What a shell completes a value with. */
export interface Values {
  readonly words?: readonly string[];
  /** Whether it can be the name of a file or folder. */
  readonly files?: boolean;
}

export interface TextFlag {
  readonly type: 'string';
  readonly requiresArg: true;
  readonly describe: string;
  readonly defaultDescription?: string;
  /** Absent: nothing can be completed. */
  readonly values?: Values;
}

export interface BooleanFlag {
  readonly type: 'boolean';
  readonly describe: string;
  readonly defaultDescription: 'on' | 'off';
}

/** A flag with a value, read as text, so that yargs doesn't convert it and a repeated one appears as a list. */
export function textFlag(describe: string, defaultDescription?: string, values?: Values): TextFlag {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    ...(defaultDescription !== undefined && { defaultDescription }),
    ...(values && { values }),
  };
}

export function booleanFlag(describe: string, defaultDescription: 'on' | 'off' = 'off'): BooleanFlag {
  return { type: 'boolean', describe, defaultDescription };
}

/** How --help groups flags, by title. */
export type FlagGroups = Readonly<Record<string, readonly string[]>>;

/** Adds the flags in their groups; --verbose and --help follow in a group of their own. */
export function withFlags<T, F extends Readonly<Record<string, Options>>>(
  yargs: Argv<T>,
  flags: F,
  groups: FlagGroups = { 'Flags:': Object.keys(flags) },
): Argv<Omit<T, keyof F> & InferredOptionTypes<F>> {
  for (const [title, names] of Object.entries(groups)) yargs.group([...names], title);
  return yargs.options(flags);
}

/** The result of `parse` for a flag's text; undefined if the flag isn't given. */
export type ReadFlag<Flag extends string> = <T>(flag: Flag, parse: (text: string) => T) => T | undefined;

/** The reader throws a requestError for a flag without a value or given twice, and the errors of `parse`. */
export function flagReader<Flag extends string>(given: Readonly<Partial<Record<Flag, unknown>>>): ReadFlag<Flag> {
  return (flag, parse) => {
    const found = given[flag];
    if (found === undefined) return undefined;
    if (Array.isArray(found)) throw requestError('BAD_OPTION', `--${flag} is given twice: give it once`);
    // --no-rows is passed as false.
    if (typeof found !== 'string') {
      throw requestError('BAD_OPTION', `--${flag} needs a value: --no-${flag} is not a flag`);
    }
    if (found === '') throw requestError('BAD_OPTION', `--${flag} has no value: give one, or leave the flag out`);
    return parse(found);
  };
}

/** Parser of a flag whose text is used unchanged. */
export function asIs(text: string): string {
  return text;
}
