/** Usage errors (those of yargs and those it misses), as one line that says how to fix them. */

import { closestWord } from '../../base/closest-word.js';
import { type FleetgenError, requestError } from '../../base/errors.js';
import { maskPassword } from '../../base/mask-password.js';

/** The command that passes on the arguments after --. */
const PASS_THROUGH_COMMAND = 'db psql';

/**
 * Throws a requestError for one of these switches with a value, which yargs would read as off, and for arguments after
 * --, which it would ignore.
 */
export function checkArguments(args: readonly string[], switches: readonly string[]): void {
  for (const [i, each] of args.entries()) {
    if (each === '--') {
      refuseRest(args.slice(0, i), args[i + 1]);
      return;
    }
    const [, flag] = /^--(?:no-)?([a-z-]+)=/.exec(each) ?? [];
    if (flag !== undefined && switches.includes(flag)) {
      throw requestError('USAGE', `--${flag} takes no value: give --${flag} or leave it out`);
    }
  }
}

function refuseRest(before: readonly string[], after: string | undefined): void {
  const words = before.filter((each) => !each.startsWith('-'));
  if (after === undefined || words.slice(0, 2).join(' ') === PASS_THROUGH_COMMAND) return;
  throw requestError(
    'USAGE',
    `"${maskPassword(after)}" comes after --, where only fleetgen ${PASS_THROUGH_COMMAND} takes arguments: put it before --, or leave it out`,
  );
}

/** What other programs call a flag, and how it is given here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  output: '--to',
  out: '--to',
  target: '--to',
  file: '--to',
  force: '--if-exists replace',
  overwrite: '--if-exists replace',
  append: '--if-exists append',
  resume: '--if-exists resume',
  records: '--rows',
  count: '--rows',
  threads: '--workers',
  jobs: '--workers',
  compression: '--codec',
};

/**
 * The arguments with the commands `help [command]` and `version` as the flags that they stand for.
 */
export function withoutHelpCommands(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first === 'version') return ['--version', ...rest];
  return first === 'help' ? [...rest, '--help'] : args;
}

export function unknownCommandError(word: string, commands: readonly string[]): FleetgenError {
  const meant = closestWord(word, commands);
  const fix = meant === undefined ? `the commands are ${commands.join(', ')}` : `did you mean ${meant}?`;
  return requestError('USAGE', `unknown command "${maskPassword(word)}": ${fix}`);
}

/**
 * One line for a message of yargs about these arguments; `flags` are the command's, without dashes. Throws a
 * requestError for arguments after --.
 */
export function usageError(message: string, args: readonly string[], flags: readonly string[] = []): FleetgenError {
  const command = args.find((each) => !each.startsWith('-'));
  const help = `fleetgen${command === undefined ? '' : ` ${command}`} --help`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message);
  if (unknown) return unknownArgument(unknown[1]!, args, flags, help);
  const missing = /^Not enough arguments following: (.*)$/.exec(message);
  if (missing) return requestError('USAGE', `--${missing[1]} needs a value: ${help} shows what it can be`);
  if (message.startsWith('Not enough non-option arguments')) {
    const ends = args.indexOf('--');
    if (ends >= 0) refuseRest(args.slice(0, ends), args[ends + 1]);
    const given = args
      .filter((each) => !each.startsWith('-'))
      .map(maskPassword)
      .join(' ');
    return requestError('USAGE', `"fleetgen ${given}" has a missing or unknown argument: ${help} lists them`);
  }
  const line = message.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '');
  return requestError('USAGE', `${line}; ${help} lists the options`);
}

function unknownArgument(names: string, args: readonly string[], flags: readonly string[], help: string) {
  // yargs reports a flag with a dash twice: if-exist, ifExist.
  const [first = ''] = names.split(', ').filter((each) => !/^[a-z]+[A-Z]/.test(each));
  const asGiven = args.map((each) => each.split('=')[0]!).find((each) => each.replace(/^-+/, '') === first) ?? first;
  const fix = fixFor(asGiven, first, flags) ?? `${help} lists the options`;
  return requestError('USAGE', `unknown argument "${maskPassword(asGiven)}": ${fix}`);
}

function fixFor(asGiven: string, name: string, flags: readonly string[]): string | undefined {
  if (!asGiven.startsWith('--')) return undefined;
  const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : undefined;
  if (synonym !== undefined && flags.some((flag) => synonym.startsWith(`--${flag}`))) return `use ${synonym}`;
  const meant = closestWord(name, flags);
  return meant === undefined ? undefined : `did you mean --${meant}?`;
}
