import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli } from './run-cli.js';

/** Arguments, and what the one line must say. */
const BAD: readonly (readonly [args: string, says: RegExp])[] = [
  ['generat', /unknown command "generat": did you mean generate\?/],
  ['frobnicate', /the commands are generate, .*schema, scenario, db/],
  ['--rows 5 generate', /stands before the command/],
  ['generate extra', /unknown argument "extra"/],
  ['generate --rosw 5', /did you mean --rows\?/],
  ['generate --if-exist=replace', /did you mean --if-exists\?/],
  ['generate -x', /unknown argument "-x"/],
  ['generate --rows', /--rows needs a value/],
  ['generate --rows=', /--rows has no value/],
  ['generate --rows 0', /--rows "0" .*from 1 to/],
  ['generate --rows -5', /--rows "-5"/],
  ['generate --rows 1.5', /--rows "1\.5"/],
  ['generate --rows 1e3x', /--rows "1e3x"/],
  ['generate --rows 1__0', /--rows "1__0"/],
  ['generate --rows 0x10', /--rows "0x10"/],
  ['generate --rows 1e99', /--rows "1e99"/],
  ['generate --rows 5 --rows 6', /--rows is given twice/],
  ['generate --no-rows', /--no-rows is not a flag/],
  ['generate --seed -1', /--seed "-1".*such as 42/],
  ['generate --seed 9007199254740992', /--seed "9007199254740992"/],
  ['generate --vehicles 0', /--vehicles "0"/],
  ['generate --days 0', /--days "0"/],
  ['generate --interval 0', /--interval "0"/],
  ['generate --interval 0s', /--interval "0s"/],
  ['generate --interval 500ms', /--interval "500ms".*whole seconds/],
  ['generate --interval 6m', /--interval "6m"/],
  ['generate --start 2026-02-30', /--start "2026-02-30"/],
  ['generate --start tomorrow', /--start "tomorrow".*today-30d/],
  ['generate --range 5:2', /--range "5:2"/],
  ['generate --range 5', /--range "5"/],
  ['generate --range 1:2:3', /--range "1:2:3"/],
  ['generate --to null --rows 1000 --range 0:1001', /past the end: the dataset has 1000 records/],
  ['generate --workers 0', /--workers "0".*from 1 to 256/],
  ['generate --workers 257', /--workers "257"/],
  ['generate --if-exists again', /fail, append, replace, resume/],
  ['generate --to x.csv --if-exists resume', /a file is written whole/],
  ['generate --if-exists resume --unlogged', /unlogged tables can not be resumed/],
  ['generate --first-record-id 9007199254740991', /passes 2\^53 - 1/],
  ['generate --to', /--to needs a value/],
  ['generate --to kafka://localhost:9092/t', /not a target that fleetgen knows.*embedded.*null/],
  ['generate --to fleet.parquet', /not a target/],
  ['generate --to null --table t', /--table means nothing/],
  ['generate --to - --if-exists replace', /--if-exists means nothing/],
  ['generate --to postgres --no-header', /--header means nothing/],
  ['db', /db needs an action: start.*fleetgen db --help/],
  ['db frobnicate', /unknown argument "frobnicate"/],
  ['db query', /db query needs SQL/],
  ['db query \\d', /^fleetgen: \\d is for psql.*fleetgen db psql$/m],
  ['generate --vehicles 1 --days 1 --rows 1e6', / of 1 vehicle in 1 day: /],
  ['generate --to x.csv --if-exists append', /--to - --no-header >> x\.csv/],
  ['generate --to x.csv.gz --if-exists append', /--to - --no-header \| gzip >> x\.csv\.gz/],
  ['db status --jsn', /unknown argument "--jsn"/],
  ['generate --json=yes', /--json takes no value/],
  ['generate --no-header=1', /--header takes no value/],
  ['stream --tls=1', /--tls takes no value/],
  ['stream --tls=yes --to kafka://localhost:1/t', /--tls takes no value/],
  ['stream --json=1', /--json takes no value/],
  ['verify --quiet=no', /--quiet takes no value/],
  ['db reset --yes=1', /--yes takes no value/],
  ['db query --json=1 x', /--json takes no value/],
  ['generate --verbose=1 --to null', /--verbose takes no value/],
  ['generate --help=1', /--help takes no value/],
];

describe('a wrong request', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-cli-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [args, says] of BAD) {
    it(`is one line and exit code 2: ${args}`, async () => {
      const { code, stdout, stderr } = await runCli(args.split(' '), { cwd: folder });
      assert.match(stderr, says);
      assert.match(stderr, /^fleetgen: [^\n]+\n$/);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('hides the password of a URL it does not know', async () => {
    const { stderr } = await runCli(['generate', '--to', 'mysql://me:hunter2@host/db']);
    assert.match(stderr, /mysql:\/\/\*\*\*@host/);
    assert.doesNotMatch(stderr, /hunter2/);
  });

  for (const place of [
    ...['mysql://u:hun/ter2@h', 'postgresql:/u:hunter2@h', 'mysql://u:hun@ter2@h', 'mysql://h/d?password=hunter2'],
    ...['kafka://u:hun/ter2@h/t', 'u:hunter2@h', 'host=h password=hunter2', 'postgresql//u:hunter2@h'],
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
      it(`keeps the password to itself: ${[...command, place].join(' ')}`, async () => {
        const { code, stderr, stdout } = await runCli([...command, place], { cwd: folder });
        assert.equal(code, 2, stderr);
        assert.match(stderr, /\*\*\*/);
        assert.doesNotMatch(stderr + stdout, /hun|ter2/);
      });
    }
  }

  it('shows its stack with --verbose', async () => {
    const { stderr } = await runCli(['generate', '--rows', '0', '--verbose']);
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
      const { code, stdout } = await runCli(args);
      assert.equal(code, 0);
      assert.ok(stdout.length > 100);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
    });
  }

  it('names every flag of generate with its default', async () => {
    const { stdout } = await runCli(['generate', '--help']);
    const flat = stdout.replace(/\s+/g, ' ');
    for (const flag of ['rows', 'seed', 'vehicles', 'days', 'interval', 'start', 'to', 'range', 'header', 'table']) {
      assert.match(flat, new RegExp(`--${flag} [^[]*\\[(string|boolean)\\] \\[default: `));
    }
  });

  it('is what no command gets, with exit code 2', async () => {
    const { code, stderr } = await runCli([]);
    assert.match(stderr, /fleetgen generate /);
    assert.equal(code, 2);
  });
});
