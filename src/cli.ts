#!/usr/bin/env node
/**
 * The command line. The only module that ends the process: it maps errors and signals to exit codes and one line each.
 * A command's module is loaded only when it is the one asked for, so that the first byte comes soon.
 */
import yargs, { type Argv, type CommandModule } from 'yargs';
import { type ExitCode, FleetgenError } from './base/errors.js';
import { packageVersion } from './base/package.js';
import { standardOutput } from './base/standard-output.js';
import { COMMANDS, type CommandName } from './commands/command-names.js';
import { checkArguments, unknownCommandError, usageError, withoutHelpCommands } from './commands/flags/usage-errors.js';
import type { OnRun } from './commands/generate/run-listeners.js';
import { generateInterruption, INTERRUPTIONS, type Interruption } from './commands/interruption.js';
import { writeError } from './sinks/files/output-errors.js';
import { tuneThreads } from './threads/start-threads.js';

interface CommandEntry {
  /** What to say when a signal ends it, until the command says it better. A command without it dies of the signal. */
  readonly interruption?: Interruption;
  // biome-ignore lint/complexity/noBannedTypes: yargs' own type for a command without global options
  load(signal: AbortSignal, onSignal: (say: Interruption) => void, onRun: OnRun): Promise<CommandModule<{}, never>>;
}

const MODULES: Readonly<Record<CommandName, CommandEntry>> = {
  generate: {
    interruption: generateInterruption({ kind: 'embedded' }),
    load: async (signal, onSignal, onRun) =>
      (await import('./commands/generate/generate-command.js')).generateCommand(signal, onSignal, onRun) as never,
  },
  stream: {
    interruption: INTERRUPTIONS.stream,
    load: async (signal) => (await import('./commands/stream/stream-command.js')).streamCommand(signal) as never,
  },
  verify: {
    interruption: INTERRUPTIONS.verify,
    load: async (signal) => (await import('./commands/verify/verify-command.js')).verifyCommand(signal) as never,
  },
  join: {
    load: async () => (await import('./commands/join-command.js')).joinCommand as never,
  },
  bench: {
    interruption: INTERRUPTIONS.bench,
    load: async (signal) => (await import('./commands/bench/bench-command.js')).benchCommand(signal) as never,
  },
  schema: {
    load: async () => (await import('./commands/schema-command.js')).schemaCommand as never,
  },
  scenario: {
    load: async () => (await import('./commands/scenario/scenario-command.js')).scenarioCommand as never,
  },
  db: {
    load: async () => (await import('./commands/db/db-command.js')).dbCommand as never,
  },
  doctor: {
    load: async () => (await import('./commands/doctor/doctor-command.js')).doctorCommand as never,
  },
  completion: {
    load: async () => (await import('./commands/completion/completion-command.js')).completionCommand as never,
  },
};

const EXAMPLES = `Examples:
  fleetgen generate --rows 1000 --to fleet.csv
  fleetgen doctor

fleetgen COMMAND --help shows the flags of a command, and more examples.`;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** An interrupted run that can't be undone in this time (a server that hangs) is left to die. */
const FORCED_EXIT_MS = 10_000;

const args = withoutHelpCommands(process.argv.slice(2));
/** Without the arguments after --, which are not flags. */
const flags = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
/** Of the load that began, for the log's last line. */
let runId: string | undefined;
const verbose = flags.includes('--verbose');

async function main(): Promise<void> {
  if (flags.some((each) => ['--help', '-h', '--version'].includes(each))) standardOutput();
  const first = args.find((each) => each !== '--verbose');
  if (first === undefined) {
    process.stderr.write(`${await (await buildParser()).getHelp()}\n`);
    process.exitCode = 2;
    return;
  }
  if (!first.startsWith('-') && !Object.hasOwn(COMMANDS, first)) throw unknownCommandError(first);
  if (first.startsWith('-') && !['--help', '-h', '--version'].includes(first)) {
    throw usageError(`${first} stands before the command`, []);
  }
  await (await buildParser(args.find((each) => !each.startsWith('-')))).parseAsync();
}

/** A parser that knows all commands by name and the one asked for whole. */
async function buildParser(asked?: string): Promise<Argv> {
  const parser: Argv = yargs([...args])
    .scriptName('fleetgen')
    .usage('$0 <command> [options]\n\nGenerates realistic vehicle-fleet telemetry, reproducible from a seed.')
    .option('verbose', {
      type: 'boolean',
      describe: 'Print the stack trace of errors',
      defaultDescription: 'off',
      global: true,
    })
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .epilogue(EXAMPLES)
    .wrap(80)
    .parserConfiguration({ 'dot-notation': false })
    .strict()
    .demandCommand(1)
    .middleware(() => checkArguments(args, optionsOf(parser).switches), true)
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw usageError(message, args, optionsOf(parser).all);
    });
  for (const [name, describe] of Object.entries(COMMANDS)) {
    if (name === asked) parser.command(await loadCommand(MODULES[name as CommandName]));
    else parser.command({ command: name, describe, handler: () => {} });
  }
  return parser;
}

/** The flags of the command asked for and of the program, which yargs knows and its types leave out. */
function optionsOf(command: Argv): { readonly all: readonly string[]; readonly switches: readonly string[] } {
  const { key, boolean } = (command as Argv & { getOptions(): { key: object; boolean: string[] } }).getOptions();
  return { all: Object.keys(key), switches: boolean };
}

/** For commands that undo their work, the first signal aborts and the second ends the process at once. */
function loadCommand(entry: CommandEntry): ReturnType<CommandEntry['load']> {
  const controller = new AbortController();
  let say = entry.interruption;
  if (say !== undefined) {
    for (const [signal, exitCode] of Object.entries(SIGNALS)) {
      const giveUp = (): never =>
        process.exit(report(new FleetgenError('INTERRUPTED', say?.unfinished ?? '', exitCode)));
      process.on(signal, () => {
        if (controller.signal.aborted) giveUp();
        controller.abort(new FleetgenError('INTERRUPTED', say?.undone ?? '', exitCode));
        setTimeout(giveUp, FORCED_EXIT_MS).unref();
      });
    }
  }
  return entry.load(
    controller.signal,
    (better) => {
      say = better;
    },
    (id) => {
      runId = id;
    },
  );
}

/** Whoever reads the log reads its last line too. */
function logsJson(): boolean {
  return /(^| )--log-format[ =]json( |$)/.test(flags.join(' '));
}

/** One line on stderr, and the stack with --verbose. */
function report(error: unknown): ExitCode {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const line = message.replace(/\s*\n\s*/g, ' ');
  if (logsJson()) {
    const code = error instanceof FleetgenError ? error.code : 'INTERNAL';
    const entry = {
      level: 50,
      time: new Date().toISOString(),
      pid: process.pid,
      runId,
      code,
      msg: line,
      stack: verbose ? stack : undefined,
    };
    process.stderr.write(`${JSON.stringify(entry)}\n`);
    return error instanceof FleetgenError ? error.exitCode : 1;
  }
  process.stderr.write(`fleetgen: ${line}\n`);
  if (verbose && stack) process.stderr.write(`${stack}\n${causeOf(error)}`);
  return error instanceof FleetgenError ? error.exitCode : 1;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `caused by ${cause.stack ?? cause.message}\n` : '';
}

// Not an error: the reader closed the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : report(writeError('standard output', error))),
);
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => process.exit(report(error)));
process.on('unhandledRejection', (error) => process.exit(report(error)));

tuneThreads();
try {
  await main();
} catch (error) {
  // At once: a write that a stalled reader holds up would keep the process alive.
  process.exit(error instanceof FleetgenError && error.code === 'READER_CLOSED' ? 0 : report(error));
}
