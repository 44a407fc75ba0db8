/** All commands with their flags, as the completion scripts need them. */
import { BENCH_FLAGS } from '../bench/bench-options.js';
import { ACTIONS, COMMANDS, type CommandName } from '../command-names.js';
import { DB_ACTION_FLAGS } from '../db/db-command.js';
import { DOCTOR_FLAGS } from '../doctor/doctor-options.js';
import type { BooleanFlag, TextFlag, Values } from '../flags/flags.js';
import { SCENARIO_VALUES } from '../flags/scenario-flags.js';
import { GENERATE_FLAGS } from '../generate/generate-options.js';
import { JOIN_FLAGS } from '../join-command.js';
import { SCENARIO_ACTION_FLAGS } from '../scenario/scenario-command.js';
import { SCHEMA_FLAGS } from '../schema-command.js';
import { STREAM_FLAGS } from '../stream/stream-options.js';
import { VERIFY_FLAGS } from '../verify/verify-options.js';
import { SHELLS } from './shells.js';

export interface Flag {
  /** With its dashes: --rows, -n, --no-header. */
  readonly names: readonly string[];
  readonly describe: string;
  readonly repeatable: boolean;
  /** Absent for a switch; empty where nothing is known of the value. */
  readonly value?: Values;
}

export interface Command {
  /** The words after fleetgen: '', 'generate', 'db query'. */
  readonly path: string;
  /** Words that may follow, with what they do. */
  readonly next: Readonly<Record<string, string>>;
  /** What an argument can be. */
  readonly argument: Values;
  readonly flags: readonly Flag[];
}

type Catalogued = Readonly<Record<string, (TextFlag | BooleanFlag) & { readonly alias?: string }>>;

const FLAGS: Readonly<Partial<Record<CommandName, Catalogued>>> = {
  generate: GENERATE_FLAGS,
  stream: STREAM_FLAGS,
  verify: VERIFY_FLAGS,
  join: JOIN_FLAGS,
  bench: BENCH_FLAGS,
  schema: SCHEMA_FLAGS,
  doctor: DOCTOR_FLAGS,
};

const ACTION_FLAGS: Readonly<Record<keyof typeof ACTIONS, Readonly<Record<string, Catalogued>>>> = {
  scenario: SCENARIO_ACTION_FLAGS,
  db: DB_ACTION_FLAGS,
};

const ARGUMENTS: Readonly<Record<string, Values>> = {
  completion: { words: SHELLS },
  join: { files: true },
  'scenario init': { files: true },
  'scenario check': SCENARIO_VALUES,
  'scenario show': SCENARIO_VALUES,
};

const HELP: Flag = { names: ['--help', '-h'], describe: 'Show help', repeatable: false };
const VERBOSE: Flag = { names: ['--verbose'], describe: 'Print the stack trace of errors', repeatable: false };
const VERSION: Flag = { names: ['--version'], describe: 'Show version number', repeatable: false };

/** The program itself first, each command before its actions. */
export function commandCatalogue(): readonly Command[] {
  const root: Command = { path: '', next: COMMANDS, argument: {}, flags: [HELP, VERSION, VERBOSE] };
  return [root, ...Object.keys(COMMANDS).flatMap((name) => commandsOf(name as CommandName))];
}

function commandsOf(name: CommandName): Command[] {
  if (!isGroup(name)) return [command(name, {}, FLAGS[name])];
  const actions = Object.keys(ACTIONS[name]).map((action) =>
    command(`${name} ${action}`, {}, ACTION_FLAGS[name][action]),
  );
  return [command(name, ACTIONS[name]), ...actions];
}

function isGroup(name: CommandName): name is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, name);
}

function command(path: string, next: Command['next'], flags: Catalogued = {}): Command {
  return {
    path,
    next,
    argument: ARGUMENTS[path] ?? {},
    flags: [...Object.entries(flags).flatMap(flagsOf), HELP, VERBOSE],
  };
}

/** The flag, and its opposite if it is a switch that is on. */
function flagsOf([name, flag]: [string, Catalogued[string]]): Flag[] {
  const { describe, alias } = flag;
  const names = [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
  if (flag.type === 'string') return [{ names, describe, repeatable: name === 'set', value: flag.values ?? {} }];
  const found = { names, describe, repeatable: false };
  return flag.defaultDescription === 'on' ? [found, { ...found, names: [`--no-${name}`] }] : [found];
}
