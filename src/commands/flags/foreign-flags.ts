/** What other programs, or other commands, call a flag, and how it is given here. */

type Hints = Readonly<Record<string, string>>;

/** The names with one hint for all. */
function hints(names: string, hint: string): Hints {
  return Object.fromEntries(names.split(' ').map((name) => [name, hint]));
}

const OUTPUT = 'output out outfile file';
const INPUT = 'input in source file';
const FORCE = 'force overwrite replace yes f y';

const REDIRECT = hints(`${OUTPUT} to o`, 'redirect the output instead: > FILE');
const TO = hints(`${OUTPUT} target dest destination o`, 'use --to');
const FROM = hints(INPUT, 'use --from');
const JSON_ONLY = hints('format output-format', 'use --json');
const WORKERS = hints('threads jobs parallel concurrency j', 'use --workers');
const DATASET = { ...hints('records count limit num n', 'use --rows'), ...hints('s', 'use --seed') };
const QUIET = hints('silent no-progress q', 'use --quiet');
const NAMED_BY_FILE = 'leave it out: the ending of the file says it';
const CONNECTION = hints(
  'host port user dbname database url connection dsn',
  'name the server with --to postgresql://user@host:port/database',
);
const CONNECTION_FROM = hints(
  Object.keys(CONNECTION).join(' '),
  'name the server with --from postgresql://user@host:port/database',
);

/** By command, then by the name without dashes. */
const HINTS: Readonly<Record<string, Hints>> = {
  generate: {
    ...TO,
    ...hints(FORCE, 'use --if-exists replace'),
    ...hints('append', 'use --if-exists append'),
    ...hints('resume continue', 'use --if-exists resume'),
    ...hints('compression compress', 'use --codec for Parquet, or --to FILE.csv.gz'),
    ...DATASET,
    ...WORKERS,
    ...QUIET,
    ...CONNECTION,
  },
  stream: {
    ...hints(OUTPUT, 'redirect the output, > FILE, or use --to kafka://host:port/topic'),
    ...FROM,
    ...hints('target dest destination o', 'use --to'),
    ...hints('brokers bootstrap-server bootstrap-servers topic', 'use --to kafka://host:port/topic'),
    ...hints('format', 'leave it out: messages are JSON'),
    ...hints(`${FORCE} if-exists append`, 'leave it out: messages are added to a topic'),
    ...DATASET,
    ...WORKERS,
    ...QUIET,
    ...CONNECTION_FROM,
  },
  join: { ...TO, ...JSON_ONLY, ...hints(`${FORCE} if-exists`, 'leave it out: no folder is ever overwritten') },
  verify: {
    ...REDIRECT,
    ...FROM,
    ...hints('to target', 'use --from'),
    ...hints('format', NAMED_BY_FILE),
    ...DATASET,
    ...WORKERS,
    ...QUIET,
    ...CONNECTION_FROM,
  },
  bench: {
    ...hints(OUTPUT, 'use --json > FILE, --html FILE or --svg FILE'),
    ...JSON_ONLY,
    ...WORKERS,
    ...QUIET,
    ...CONNECTION,
  },
  schema: { ...REDIRECT, ...hints('json sql markdown spark type', 'use --format') },
  doctor: { ...TO, ...hints('from', 'use --to'), ...JSON_ONLY, ...CONNECTION },
  completion: REDIRECT,
  'scenario init': {
    ...hints(OUTPUT, 'name the file: fleetgen scenario init FILE'),
    ...hints(FORCE, 'leave it out: no file is ever overwritten'),
    ...hints('scenario template', 'use --from'),
  },
  'scenario check': hints('scenario from file', 'name it alone: fleetgen scenario check FILE'),
  'scenario show': {
    ...REDIRECT,
    ...hints('scenario from file', 'name it alone: fleetgen scenario show FILE'),
    ...hints('format', 'leave it out: it is YAML'),
  },
  'db status': JSON_ONLY,
  'db query': {
    ...REDIRECT,
    ...JSON_ONLY,
    ...hints('file f', 'redirect its input: < FILE'),
    ...hints('command c', 'give the SQL alone'),
  },
  'db psql': hints('command c file f', "psql's own flags go after --"),
  'db reset': hints('force f y', 'use --yes'),
};

/** What to do instead of a flag that the command doesn't have; undefined if it is not known from elsewhere. */
export function hintFor(command: string, flag: string): string | undefined {
  const known = HINTS[command] ?? {};
  return Object.hasOwn(known, flag) ? known[flag] : undefined;
}
