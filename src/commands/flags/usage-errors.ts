/** Usage errors (those of yargs and those it misses), as one line that says how to fix them. */

import { closestWord } from '../../base/closest-word.js';
import { type FleetgenError, requestError } from '../../base/errors.js';
import { maskPassword } from '../../base/mask-password.js';
import { alternatives } from '../../base/text.js';
import { ACTIONS, COMMANDS } from '../command-names.js';
import { hintFor } from './foreign-flags.js';

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

/**
 * The arguments with the commands `help [command]` and `version` as the flags that they stand for.
 */
export function withoutHelpCommands(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first === 'version') return ['--version', ...rest];
  return first === 'help' ? [...rest, '--help'] : args;
}

/** For a first word that is no command. */
export function unknownCommandError(word: string): FleetgenError {
  const commands = Object.keys(COMMANDS);
  const group = Object.entries(ACTIONS).find(([, actions]) => Object.hasOwn(actions, word));
  const meant = group === undefined ? closestName(word, commands) : `${group[0]} ${word}`;
  const fix = meant === undefined ? `the commands are ${commands.join(', ')}` : `did you mean ${meant}?`;
  return requestError('USAGE', `unknown command "${maskPassword(word)}": ${fix}`);
}

/**
 * One line for a message of yargs about these arguments; `flags` are the command's, without dashes. Throws a
 * requestError for arguments after --.
 */
export function usageError(message: string, args: readonly string[], flags: readonly string[] = []): FleetgenError {
  const command = commandOf(args);
  const help = `fleetgen${command === '' ? '' : ` ${command}`} --help`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message);
  if (unknown) return unknownArgument(unknown[1]!, args, flags, command);
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

/** The words of the command and its action; empty without a command. */
function commandOf(args: readonly string[]): string {
  const [command = '', action = ''] = args.filter((each) => !each.startsWith('-'));
  return Object.hasOwn(actionsOf(command), action) ? `${command} ${action}` : command;
}

function actionsOf(command: string): Readonly<Record<string, string>> {
  return Object.hasOwn(ACTIONS, command) ? ACTIONS[command as keyof typeof ACTIONS] : {};
}

function unknownArgument(names: string, args: readonly string[], flags: readonly string[], command: string) {
  // yargs reports a flag with a dash twice: if-exist, ifExist.
  const [first = ''] = names.split(', ').filter((each) => !/^[a-z]+[A-Z]/.test(each));
  const asGiven = args.map((each) => each.split('=')[0]!).find((each) => each.replace(/^-+/, '') === first) ?? first;
  const actions = Object.keys(actionsOf(command));
  const help = `fleetgen ${command} --help lists the options`;
  if (actions.length > 0 && !asGiven.startsWith('-')) {
    const meant = closestName(first, actions);
    const fix = meant === undefined ? `the actions are ${alternatives(actions)}` : `did you mean ${command} ${meant}?`;
    return requestError('USAGE', `${command} has no action "${maskPassword(asGiven)}": ${fix}`);
  }
  const fix = fixFor(asGiven, first, flags, command) ?? help;
  return requestError('USAGE', `unknown argument "${maskPassword(asGiven)}": ${fix}`);
}

function fixFor(asGiven: string, name: string, flags: readonly string[], command: string): string | undefined {
  if (!asGiven.startsWith('-')) return placeHint(name, flags);
  const hint = hintFor(command, name);
  if (hint !== undefined || !asGiven.startsWith('--')) return hint;
  const meant = closestWord(
    name,
    flags.filter((flag) => flag.length > 1),
  );
  return meant === undefined ? undefined : `did you mean --${meant}?`;
}

/** For the name of a file or server that stands alone. */
function placeHint(word: string, flags: readonly string[]): string | undefined {
  const flag = ['to', 'from'].find((each) => flags.includes(each));
  return flag !== undefined && /[.:]/.test(word) ? `put --${flag} before it` : undefined;
}

/** The only name that begins with the word, else the closest one. */
function closestName(word: string, names: readonly string[]): string | undefined {
  const begun = names.filter((name) => name.startsWith(word));
  return begun.length === 1 ? begun[0] : closestWord(word, names);
}
