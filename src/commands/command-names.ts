/** The commands and their actions by name, with what --help says of each. Apart from their modules, which load on demand. */

export const COMMANDS = {
  generate: 'Generate fleet records and load them',
  stream: 'Stream fleet records in order of arrival, to Kafka or as JSON lines',
  verify: 'Check stored data against its scenario',
  join: 'Join folders of parts of a dataset into one',
  bench: 'Benchmark this machine and a PostgreSQL server for fleetgen loads',
  schema: "Print the tables as SQL, JSON Schema, Spark's schema or a data dictionary",
  scenario: 'Start, check and show scenario files',
  db: 'Start, stop, query or reset the embedded PostgreSQL',
  doctor: 'Check this machine, the optional packages and a target',
  completion: 'Print a completion script for bash, zsh or fish',
} as const;

export type CommandName = keyof typeof COMMANDS;

/** Of the commands that consist of several. */
export const ACTIONS = {
  scenario: {
    init: 'Write a commented scenario file; never overwrites one',
    check: 'Validate a scenario and list the columns it adds',
    show: 'Print the complete effective scenario as YAML',
    list: 'List the scenarios that come with fleetgen',
  },
  db: {
    start: 'Start the server and leave it running',
    stop: 'Stop the server; the data stays',
    status: 'Show whether the server is running and where its data is',
    url: 'Print the connection URL with password; starts the server if needed',
    query: 'Run SQL and print the rows; starts the server if needed',
    psql: "Run this system's psql on the server; psql's flags go after --",
    reset: 'Stop the server and delete all its data',
  },
} as const satisfies Partial<Record<CommandName, Readonly<Record<string, string>>>>;
