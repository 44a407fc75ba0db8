/** `fleetgen db`: manages the embedded PostgreSQL. The lifecycle itself is in embedded/. */
import type { CommandModule } from 'yargs';
import { requestError } from '../../base/errors.js';
import { standardOutput } from '../../base/standard-output.js';
import { alternatives } from '../../base/text.js';
import { ACTIONS, COMMANDS } from '../command-names.js';
import { booleanFlag, withFlags } from '../flags/flags.js';

/** By action, of those that have flags. */
export const DB_ACTION_FLAGS = {
  status: { json: booleanFlag('One JSON object') },
  query: { json: booleanFlag('One JSON object per row, one per line') },
  reset: { yes: booleanFlag('Delete without asking') },
} as const;

type Sub = CommandModule<object, object>;

const EXAMPLES = {
  db: `Examples:
  fleetgen db start
  fleetgen db query "select count(*) from fleet_telemetry"
  fleetgen db query --json "select * from fleet_telemetry limit 3"
  fleetgen db url
  fleetgen db stop`,
  query: `Examples:
  fleetgen db query "select count(*) from fleet_telemetry"
  fleetgen db query --json "select * from fleet_telemetry limit 3"
  fleetgen db query < queries.sql`,
  psql: `Examples:
  fleetgen db psql
  fleetgen db psql -- -c '\\d fleet_telemetry'`,
};

const start: Sub = {
  command: 'start',
  describe: ACTIONS.db.start,
  handler: async () => {
    const { openEmbedded } = await import('../../embedded/open.js');
    const server = await openEmbedded({ stays: true });
    await server.stop();
    const { host, port, database } = server.connection;
    const verb = server.startedHere ? 'started' : 'already running';
    say(
      `PostgreSQL ${verb} on ${host}:${port}, database ${database}; fleetgen db url prints the address with password.`,
    );
  },
};

const stop: Sub = {
  command: 'stop',
  describe: ACTIONS.db.stop,
  handler: async () => {
    const { stopEmbedded } = await import('../../embedded/stop.js');
    say((await stopEmbedded()) ? 'PostgreSQL stopped; the data stays.' : 'PostgreSQL was not running.');
  },
};

const status: CommandModule<object, { json?: boolean | undefined }> = {
  command: 'status',
  describe: ACTIONS.db.status,
  builder: (yargs) => withFlags(yargs, DB_ACTION_FLAGS.status),
  handler: async ({ json = false }) => {
    const { embeddedStatus } = await import('../../embedded/status.js');
    const { statusText } = await import('./db-status.js');
    const out = standardOutput();
    const found = await embeddedStatus();
    out.write(json ? `${JSON.stringify(found)}\n` : statusText(found));
  },
};

const url: Sub = {
  command: 'url',
  describe: ACTIONS.db.url,
  handler: async () => {
    const { openEmbedded } = await import('../../embedded/open.js');
    const out = standardOutput();
    const server = await openEmbedded({ stays: true });
    await server.stop();
    out.write(`${server.url}\n`);
  },
};

const query: CommandModule<object, { sql: string | undefined; json?: boolean | undefined }> = {
  command: 'query [sql]',
  describe: ACTIONS.db.query,
  builder: (yargs) =>
    withFlags(
      yargs.positional('sql', {
        type: 'string',
        describe: 'One or more statements, as one argument; without it, from standard input',
      }),
      DB_ACTION_FLAGS.query,
    ).epilogue(EXAMPLES.query),
  handler: async ({ sql, json }) => {
    const { runQuery } = await import('./db-query.js');
    await runQuery(sql, json === true);
  },
};

const psql: CommandModule<object, { args: string[] | undefined }> = {
  command: 'psql [args..]',
  describe: ACTIONS.db.psql,
  builder: (yargs) =>
    yargs.positional('args', { type: 'string', array: true, describe: 'Arguments for psql' }).epilogue(EXAMPLES.psql),
  handler: async ({ args = [], _: words }) => {
    const { runPsql } = await import('./db-psql.js');
    // Arguments after -- are appended after the names of the commands.
    await runPsql([...args, ...words.slice(2).map(String)]);
  },
};

const reset: CommandModule<object, { yes?: boolean | undefined }> = {
  command: 'reset',
  describe: ACTIONS.db.reset,
  builder: (yargs) => withFlags(yargs, DB_ACTION_FLAGS.reset),
  handler: async ({ yes = false }) => {
    if (!yes && !(await confirmed())) return say('Nothing was deleted.');
    const { resetEmbedded } = await import('../../embedded/stop.js');
    say((await resetEmbedded()) ? 'The embedded PostgreSQL and its data are deleted.' : 'There was nothing to delete.');
  },
};

export const dbCommand: CommandModule = {
  command: 'db',
  describe: COMMANDS.db,
  builder: (yargs) => {
    const withActions = yargs
      .command(start)
      .command(stop)
      .command(status)
      .command(url)
      .command(query)
      .command(psql)
      .command(reset);
    return withActions
      .demandCommand(1, `db needs an action: ${alternatives(Object.keys(ACTIONS.db))}`)
      .strictCommands()
      .epilogue(EXAMPLES.db);
  },
  handler: () => {},
};

/** Information for the user goes to stderr, as stdout is for data. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Asks at a terminal. Throws a requestError without one. */
async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw requestError('RESET_UNCONFIRMED', 'db reset deletes all data of the embedded PostgreSQL: confirm with --yes');
  }
  const { createInterface } = await import('node:readline/promises');
  const { embeddedStatus } = await import('../../embedded/status.js');
  const { dataFolder } = await embeddedStatus();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Delete all data in ${dataFolder}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
