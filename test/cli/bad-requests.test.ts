import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Clis, runCli, startClis } from './run-cli.js';

/** Arguments, and the one-line error expected for them. */
const BAD: readonly (readonly [args: string, message: string])[] = [
  ['generat', 'unknown command "generat": did you mean generate?'],
  [
    'frobnicate',
    'unknown command "frobnicate": the commands are generate, stream, verify, join, bench, schema, scenario, db, doctor, completion',
  ],
  ['--rows 5 generate', '--rows stands before the command; fleetgen --help lists the options'],
  ['generate extra', 'unknown argument "extra": fleetgen generate --help lists the options'],
  ['generate --rosw 5', 'unknown argument "--rosw": did you mean --rows?'],
  ['generate --if-exist=replace', 'unknown argument "--if-exist": did you mean --if-exists?'],
  ['generate --output fleet.csv', 'unknown argument "--output": use --to'],
  ['generate --rows 10 --overwrite', 'unknown argument "--overwrite": use --if-exists replace'],
  ['generate --threads=4', 'unknown argument "--threads": use --workers'],
  ['schema --output fleet.sql', 'unknown argument "--output": redirect the output instead: > FILE'],
  ['genrate', 'unknown command "genrate": did you mean generate?'],
  ['gen --rows 5', 'unknown command "gen": did you mean generate?'],
  ['query', 'unknown command "query": did you mean db query?'],
  ['scenario chek fleet.yaml', 'scenario has no action "chek": did you mean scenario check?'],
  ['db strat', 'db has no action "strat": did you mean db start?'],
  ['db stat', 'db has no action "stat": did you mean db status?'],
  ['generate fleet.csv', 'unknown argument "fleet.csv": put --to before it'],
  ['verify fleet.csv', 'unknown argument "fleet.csv": put --from before it'],
  ['generate --force', 'unknown argument "--force": use --if-exists replace'],
  ['stream --overwrite', 'unknown argument "--overwrite": leave it out: messages are added to a topic'],
  ['stream --format csv', 'unknown argument "--format": leave it out: messages are JSON'],
  ['stream -n 10', 'unknown argument "-n": use --rows'],
  [
    'stream --output x.json',
    'unknown argument "--output": redirect the output, > FILE, or use --to kafka://host:port/topic',
  ],
  ['verify --to fleet.csv', 'unknown argument "--to": use --from'],
  ['verify --output x', 'unknown argument "--output": redirect the output instead: > FILE'],
  ['verify --format csv', 'unknown argument "--format": leave it out: the ending of the file says it'],
  ['verify --chekcs all', 'unknown argument "--chekcs": did you mean --checks?'],
  ['bench --output x', 'unknown argument "--output": use --json > FILE, --html FILE or --svg FILE'],
  ['bench --format json', 'unknown argument "--format": use --json'],
  ['doctor --format json', 'unknown argument "--format": use --json'],
  ['generate --host db', 'unknown argument "--host": name the server with --to postgresql://user@host:port/database'],
  ['scenario init x.yaml --force', 'unknown argument "--force": leave it out: no file is ever overwritten'],
  ['scenario show --output x', 'unknown argument "--output": redirect the output instead: > FILE'],
  ['db query --format json x', 'unknown argument "--format": use --json'],
  ['db reset --force', 'unknown argument "--force": use --yes'],
  [
    'help frobnicate',
    'unknown command "frobnicate": the commands are generate, stream, verify, join, bench, schema, scenario, db, doctor, completion',
  ],
  [
    'generate --rows 10 --to null --columns sped_kmh',
    '--columns: the records have no column "sped_kmh": did you mean speed_kmh?',
  ],
  [
    'generate --rows 10 --to null --columns weather,vehicle',
    '--columns: the records have no column "vehicle": did you mean vehicle_id?',
  ],
  [
    'generate --rows 10 --to postgresql://nobody@127.0.0.1:1/x --columns weather',
    '--columns lacks record_id: add it, as an index of the table needs it',
  ],
  [
    'verify --rows 10 --from none.csv --columns weather',
    '--columns lacks record_id: add it, as the comparison needs it',
  ],
  ['verify --checks all --columns record_id', '--checks all needs all columns of the records: leave out --columns'],
  [
    'generate --end 2026-01-01',
    '--end 2026-01-01 is before the first day, 2026-01-05: give a later one, or another --start',
  ],
  ['generate --end 2026-01-08 --days 3', '--end and --days both set the last day: leave out one'],
  ['generate --end friday', '--end "friday" is not valid: give a date such as 2026-01-05, today or today-30d'],
  ['generate --to a.csv --file-rows 1M', '--file-rows has no effect with this --to: it is for a folder; leave it out'],
  [
    'generate --to none/ --file-rows 10',
    '--file-rows "10" is not valid: give a whole number from 1024 to 1000000000, such as 1000000',
  ],
  ['generate --to none/ --partition-by class', '--partition-by "class" is not valid: give one of day'],
  [
    'generate --to null --partition-by day',
    '--partition-by has no effect with this --to: it is for a folder; leave it out',
  ],
  ['join a/ b/', 'the folder to be made is missing: add --to FOLDER/'],
  ['join a/ b/ --to c/', 'there is no manifest.json in a/: name a folder that generate has finished'],
  ['join --to c/', 'there is nothing to join: name two folders or more'],
  ['join a/ b/ --output c/', 'unknown argument "--output": use --to'],
  ['generate --to null --part 2', '--parts N goes with --part K, from 1 to N: give both'],
  ['verify --from none/', 'there is no manifest.json in none/: name a folder that generate has finished'],
  ['verify --from none/ --rows 10', 'the manifest in none/ says how it was generated: leave out --rows'],
  ['verify --from none/ --columns record_id', 'the manifest in none/ says how it was generated: leave out --columns'],
  ['generate --to none/ --table t', '--table has no effect with this --to: it is for a database; leave it out'],
  ['generate --to none/ --format csv --codec none', 'CSV has no codec: leave out --codec'],
  [
    'generate --rows 10 --to none/ --if-exists append',
    'a folder holds one load: name another --to, and read none/ and it together',
  ],
  ['generate -n 10 -n 20 -o null', '--rows is given twice: give it once'],
  ['generate -x', 'unknown argument "-x": fleetgen generate --help lists the options'],
  ['generate --rows', '--rows needs a value: fleetgen generate --help shows what it can be'],
  ['generate --rows=', '--rows has no value: give one, or leave the flag out'],
  [
    'generate --rows 0',
    '--rows "0" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows -5',
    '--rows "-5" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows 1.5',
    '--rows "1.5" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows 1e3x',
    '--rows "1e3x" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows 1__0',
    '--rows "1__0" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows 0x10',
    '--rows "0x10" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  [
    'generate --rows 1e99',
    '--rows "1e99" is not valid: give a whole number from 1 to 1000000000000, such as 1000000, 1M or 1e6',
  ],
  ['generate --rows 5 --rows 6', '--rows is given twice: give it once'],
  ['generate --no-rows', '--rows needs a value: --no-rows is not a flag'],
  ['generate --seed -1', '--seed "-1" is not valid: give a whole number from 0 to 9007199254740991, such as 42'],
  [
    'generate --seed 9007199254740992',
    '--seed "9007199254740992" is not valid: give a whole number from 0 to 9007199254740991, such as 42',
  ],
  ['generate --vehicles 0', '--vehicles "0" is not valid: give a whole number from 1 to 50000000, such as 500'],
  ['generate --days 0', '--days "0" is not valid: give a whole number from 1 to 40000, such as 14'],
  ['generate --interval 0', '--interval "0" is not valid: give whole seconds from 1s to 300s, such as 10s or 1m'],
  ['generate --interval 0s', '--interval "0s" is not valid: give whole seconds from 1s to 300s, such as 10s or 1m'],
  [
    'generate --interval 500ms',
    '--interval "500ms" is not valid: give whole seconds from 1s to 300s, such as 10s or 1m',
  ],
  ['generate --interval 6m', '--interval "6m" is not valid: give whole seconds from 1s to 300s, such as 10s or 1m'],
  [
    'generate --start 2026-02-30',
    '--start "2026-02-30" is not valid: give a date such as 2026-01-05, today or today-30d',
  ],
  ['generate --start tomorrow', '--start "tomorrow" is not valid: give a date such as 2026-01-05, today or today-30d'],
  [
    'generate --range 5:2',
    '--range "5:2" is not valid: give a:b with 0 <= a <= b, the records from a (inclusive) to b (exclusive), such as 0:500000',
  ],
  [
    'generate --range 5',
    '--range "5" is not valid: give a:b with 0 <= a <= b, the records from a (inclusive) to b (exclusive), such as 0:500000',
  ],
  [
    'generate --range 1:2:3',
    '--range "1:2:3" is not valid: give a:b with 0 <= a <= b, the records from a (inclusive) to b (exclusive), such as 0:500000',
  ],
  [
    'generate --to null --rows 1000 --range 0:1001',
    'the range 0:1001 goes past the end: the dataset has 1000 records, so b is at most 1000',
  ],
  ['generate --workers 0', '--workers "0" is not valid: give a whole number from 1 to 256, such as 4'],
  ['generate --workers 257', '--workers "257" is not valid: give a whole number from 1 to 256, such as 4'],
  ['generate --if-exists again', '--if-exists "again" is not valid: give one of fail, append, replace, resume'],
  [
    'generate --to x.csv --if-exists resume',
    'a file is written completely or not at all: use --if-exists replace for x.csv',
  ],
  [
    'generate --if-exists resume --unlogged',
    "a load into unlogged tables can't be resumed, as a crash empties them: leave out --unlogged",
  ],
  [
    'generate --first-record-id 9007199254740991',
    'with the first record_id 9007199254740991 the last exceeds 2^53 - 1: give at most 9007199253740991',
  ],
  ['generate --to', '--to needs a value: fleetgen generate --help shows what it can be'],
  [
    'generate --to kafka://localhost:9092/t',
    '--to "kafka://localhost:9092/t" is not a target that fleetgen knows: give embedded, postgresql://user@host/database, postgres (PG* environment), FILE.csv, FILE.ndjson (also .gz, .zst), FILE.parquet, FILE.arrow, FOLDER/, - (standard output) or null',
  ],
  [
    'generate --to fleet.orc',
    '--to "fleet.orc" is not a target that fleetgen knows: give embedded, postgresql://user@host/database, postgres (PG* environment), FILE.csv, FILE.ndjson (also .gz, .zst), FILE.parquet, FILE.arrow, FOLDER/, - (standard output) or null',
  ],
  [
    'generate --if-exists append --swap-timeout 2s',
    '--swap-timeout has no effect with --if-exists append, which replaces nothing: leave it out',
  ],
  [
    'generate --if-exists append --keep-previous 2',
    '--keep-previous has no effect with --if-exists append, which replaces nothing: leave it out',
  ],
  ['generate --to null --table t', '--table has no effect with this --to: it is for a database; leave it out'],
  [
    'generate --to - --if-exists replace',
    '--if-exists has no effect with this --to: it is for a database, a file or a folder; leave it out',
  ],
  [
    'generate --to postgres --no-header',
    '--header has no effect with this --to: it is for files or standard output; leave it out',
  ],
  ['db', 'db needs an action: start, stop, status, url, query, psql or reset; fleetgen db --help lists the options'],
  ['db frobnicate', 'db has no action "frobnicate": the actions are start, stop, status, url, query, psql or reset'],
  ['completion', 'completion needs a shell: bash, zsh or fish; fleetgen completion --help shows how to install it'],
  ['completion tcsh', 'there is no completion for "tcsh": give bash, zsh or fish'],
  ['db query', 'db query needs SQL, as in: fleetgen db query "select 1"'],
  ['db query \\d', '\\d is for psql, not SQL: use fleetgen db psql'],
  [
    'generate --vehicles 1 --days 1 --rows 1e6',
    '1000000 rows are too many for 1 vehicle in 1 day, which have 1597: ask for fewer rows, more vehicles or more days',
  ],
  [
    'generate --to x.ndjson.gz --if-exists append',
    'a file is written completely or not at all: use --if-exists replace, or --to - --format ndjson | gzip >> x.ndjson.gz',
  ],
  [
    'generate --to x.csv --format ndjson',
    '--format ndjson contradicts --to x.csv: leave out the one or rename the other',
  ],
  ['generate --to x.ndjson --no-header', 'NDJSON has no header line: leave out --no-header'],
  ['generate --to fleet.csv --codec zstd', 'CSV has no codec: leave out --codec'],
  ['generate --to fleet.parquet --codec lzo', '--codec "lzo" is not valid: give one of snappy, zstd, none'],
  ['generate --to fleet.parquet --header', 'Parquet has no header line: leave out --header'],
  ['generate --to fleet.arrow --decimals', 'Arrow has no DECIMAL numbers: leave out --decimals'],
  [
    'generate --to fleet.parquet --row-group-rows 10',
    '--row-group-rows "10" is not valid: give a whole number from 1024 to 131072, such as 65536',
  ],
  [
    'generate --to null --codec none',
    '--codec has no effect with this --to: it is for files or standard output; leave it out',
  ],
  ['generate --to - --format xml', '--format "xml" is not valid: give one of csv, ndjson, parquet, arrow'],
  [
    'generate --to null --format csv',
    '--format has no effect with this --to: it is for files or standard output; leave it out',
  ],
  [
    'generate --to x.csv --if-exists append',
    'a file is written completely or not at all: use --if-exists replace, or --to - --no-header >> x.csv',
  ],
  [
    'generate --to x.csv.gz --if-exists append',
    'a file is written completely or not at all: use --if-exists replace, or --to - --no-header | gzip >> x.csv.gz',
  ],
  ...['generate', 'stream', 'verify', 'bench', 'schema', 'scenario check tiny', 'scenario list', 'db status'].map(
    (command) =>
      [
        `${command} -- --rows 5`,
        '"--rows" comes after --, where only fleetgen db psql takes arguments: put it before --, or leave it out',
      ] as const,
  ),
  [
    'db query -- sql',
    '"sql" comes after --, where only fleetgen db psql takes arguments: put it before --, or leave it out',
  ],
  ['db status --jsn', 'unknown argument "--jsn": did you mean --json?'],
  ['generate --json=yes', '--json takes no value: give --json or leave it out'],
  ['generate --no-header=1', '--header takes no value: give --header or leave it out'],
  ['stream --tls=1', '--tls takes no value: give --tls or leave it out'],
  ['stream --tls=yes --to kafka://localhost:1/t', '--tls takes no value: give --tls or leave it out'],
  ['stream --json=1', '--json takes no value: give --json or leave it out'],
  ['verify --quiet=no', '--quiet takes no value: give --quiet or leave it out'],
  ['db reset --yes=1', '--yes takes no value: give --yes or leave it out'],
  ['db query --json=1 x', '--json takes no value: give --json or leave it out'],
  ['generate --verbose=1 --to null', '--verbose takes no value: give --verbose or leave it out'],
  ['generate --help=1', '--help takes no value: give --help or leave it out'],
];

/** Every n-th case also runs in its own process. */
const ALONE = 15;

let clis: Clis;
before(() => {
  clis = startClis();
});
after(() => clis.close());

describe('an invalid request', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-cli-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [i, [args, message]] of BAD.entries()) {
    it(`fails with one line and exit code 2: ${args}`, async () => {
      for (const run of i % ALONE === 0 ? [clis.run, runCli] : [clis.run]) {
        const { code, stdout, stderr } = await run(args.split(' '), { cwd: folder });
        assert.equal(stderr, `fleetgen: ${message}\n`);
        assert.equal(stdout, '');
        assert.equal(code, 2);
        assert.deepEqual(await readdir(folder), []);
      }
    });
  }

  it('hides the password of an unsupported URL', async () => {
    const { stderr } = await clis.run(['generate', '--to', 'mysql://me:hunter2@host/db']);
    assert.match(stderr, /mysql:\/\/\*\*\*@host/);
    assert.doesNotMatch(stderr, /hunter2/);
  });

  for (const place of [
    ...['mysql://u:hun/ter2@h', 'postgresql:/u:hunter2@h', 'mysql://u:hun@ter2@h', 'mysql://h/d?password=hunter2'],
    ...['kafka://u:hun/ter2@h/t', 'u:hunter2@h', 'postgresql//u:hunter2@h'],
  ]) {
    for (const command of [
      ...[
        ['generate', '--to'],
        ['stream', '--to'],
        ['stream', '--from'],
        ['verify', '--from'],
      ],
      ...[['generate'], ['schema'], ['db', 'start'], ['db'], []],
    ]) {
      it(`does not print the password: ${[...command, place].join(' ')}`, async () => {
        const { code, stderr, stdout } = await clis.run([...command, place], { cwd: folder });
        assert.equal(code, 2, stderr);
        assert.match(stderr, /\*\*\*/);
        assert.doesNotMatch(stderr + stdout, /hun|ter2/);
      });
    }
  }

  for (const flag of [
    ['generate', '--to'],
    ['stream', '--from'],
    ['verify', '--from'],
  ]) {
    it(`does not print the password of KEYWORD=VALUE pairs: ${flag.join(' ')}`, async () => {
      const places = [
        ['host=h.invalid password=hunter2', 1],
        ['host=h password=hunter2 sslmod=require', 2],
        ["host=h password='hunter2", 2],
      ] as const;
      for (const [i, [place, exitCode]] of places.entries()) {
        // The first, which is connected to, in a process of its own, whose whole output is seen.
        const run = i === 0 ? runCli : clis.run;
        const { code, stderr, stdout } = await run([...flag, place], { cwd: folder });
        assert.equal(code, exitCode, stderr);
        assert.doesNotMatch(stderr + stdout, /hunter2/);
      }
    });
  }

  it('prints the stack trace with --verbose', async () => {
    const { stderr } = await clis.run(['generate', '--rows', '0', '--verbose']);
    assert.match(stderr, /\n +at /);
  });
});

describe('help', () => {
  for (const args of [
    ['--help'],
    ['generate', '--help'],
    ['--help', 'generate'],
    ['schema', '--help'],
    ['db', '--help'],
  ]) {
    it(`fits 80 columns: ${args.join(' ')}`, async () => {
      const { code, stdout } = await clis.run(args);
      assert.equal(code, 0);
      assert.ok(stdout.length > 100);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
    });
  }

  it('lists every flag of generate with its default', async () => {
    const { stdout } = await clis.run(['generate', '--help']);
    const flat = stdout.replace(/\s+/g, ' ');
    for (const flag of ['rows', 'seed', 'vehicles', 'days', 'interval', 'start', 'to', 'range', 'header', 'table']) {
      assert.match(flat, new RegExp(`--${flag} [^[]*\\[(string|boolean)\\] \\[default: `));
    }
  });

  it('is printed with exit code 2 if no command is given', async () => {
    const { code, stderr } = await runCli([]);
    assert.match(stderr, /fleetgen generate /);
    assert.equal(code, 2);
  });
});
