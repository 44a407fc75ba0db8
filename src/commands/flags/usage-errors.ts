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
  const meant = asGiven.startsWith('--') ? closestWord(first, flags) : undefined;
  const fix = meant === undefined ? `${help} lists the options` : `did you mean --${meant}?`;
  return requestError('USAGE', `unknown argument "${maskPassword(asGiven)}": ${fix}`);
}
