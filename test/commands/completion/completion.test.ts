import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandCatalogue } from '#src/commands/completion/catalogue.js';
import { SHELLS } from '#src/commands/completion/shells.js';
import { type Clis, startClis } from '../../cli/run-cli.js';
import { completions, missing } from './real-shells.js';

/** What is typed, and what the last word is completed with, other than files. */
const TYPED: readonly (readonly [line: string, words: string])[] = [
  ['', 'bench completion db doctor generate join scenario schema stream verify'],
  ['sce', 'scenario'],
  ['db ', 'psql query reset start status stop url'],
  ['scenario s', 'show'],
  ['--verbose db sta', 'start status'],
  ['generate --no', '--no-header'],
  ['generate --if', '--if-exists'],
  ['stream --sasl-', '--sasl-password-file --sasl-user'],
  ['scenario check --s', '--set'],
  ['db reset --y', '--yes'],
  ['generate --format ', 'arrow csv ndjson parquet'],
  ['generate --format=', 'arrow csv ndjson parquet'],
  ['generate --codec ', 'none snappy zstd'],
  ['generate --to db --if-exists re', 'replace resume'],
  ['generate --copy-format ', 'binary csv'],
  ['generate --log-format ', 'json text'],
  ['stream --compression ', 'gzip lz4 none snappy'],
  ['verify --checks ', 'all exact realism'],
  ['schema --format ', 'json markdown spark sql'],
  ['scenario init --from win', 'winter-storm'],
  ['completion ', 'bash fish zsh'],
];

/** The same with files and folders. */
const FILES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['generate --to ', ['-', 'embedded', 'my fleet.csv', 'null', 'postgres', 'winter']],
  ['generate -o m', ['my fleet.csv']],
  ['generate --scenario w', ['winter', 'winter-storm']],
  ['scenario check w', ['winter', 'winter-storm']],
  ['scenario init w', ['winter']],
  ['verify --from ', ['embedded', 'my fleet.csv', 'postgres', 'winter']],
  ['bench --folder w', ['winter']],
  ['stream --tls-ca m', ['my fleet.csv']],
];

let clis: Clis;
before(() => {
  clis = startClis();
});
after(() => clis.close());

for (const shell of SHELLS) {
  describe(`completion in ${shell}`, { skip: missing(shell) }, () => {
    let folder = '';
    let script = '';
    let found: string[][] = [];
    const cases = [...TYPED.map(([line, words]) => [line, words.split(' ')] as const), ...FILES];
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'fleetgen-completion-'));
      const work = join(folder, 'work');
      mkdirSync(work);
      for (const file of ['my fleet.csv', 'winter']) writeFileSync(join(work, file), '');
      script = (await clis.run(['completion', shell])).stdout;
      found = completions(
        shell,
        script,
        cases.map(([line]) => `fleetgen ${line}`),
        work,
      );
    });
    after(() => rmSync(folder, { recursive: true }));

    for (const [i, [line, words]] of cases.entries()) {
      it(`of fleetgen ${line}`, () => assert.deepEqual(found[i], words));
    }
  });
}

describe('fleetgen completion', () => {
  it('knows the flags and commands of --help, and no others', async () => {
    for (const { path, next, flags } of commandCatalogue()) {
      const { stdout } = await clis.run([...path.split(' '), '--help'].filter((word) => word !== ''));
      const names = flags.flatMap((flag) => flag.names).filter((name) => !name.startsWith('--no-'));
      const shown = [...stdout.matchAll(/^ +(?:(-[a-z]), )?(--[a-z-]+) /gm)].flatMap(([, ...each]) => each);
      const wanted = new Set(path === '' ? names : [...names, '--version']);
      assert.deepEqual(new Set(shown.filter((name) => name !== undefined)), wanted, path);
      const commands = [...stdout.matchAll(/^ {2}fleetgen (?:scenario |db )?([a-z]+)(?: [[<].*[\]>])? {2,}[A-Z]/gm)];
      assert.deepEqual(
        commands.map(([, name]) => name),
        Object.keys(next),
        path,
      );
    }
  });
});
