import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { commandCatalogue } from '#src/commands/completion/catalogue.js';
import { startClis } from '../cli/run-cli.js';

const CATALOGUE = commandCatalogue();
const COMMANDS = CATALOGUE.map(({ path }) => (path === '' ? [] : path.split(' ')));

describe('the help of the command line', () => {
  const clis = startClis();
  after(() => clis.close());

  it('is the same by help and by --help', async () => {
    for (const command of ['generate', 'stream', 'scenario']) {
      const asked = await clis.run(['help', command]);
      assert.equal(asked.code, 0);
      assert.deepEqual(asked, await clis.run([command, '--help']));
    }
    assert.deepEqual(await clis.run(['help']), await clis.run(['--help']));
    assert.deepEqual(await clis.run(['version']), await clis.run(['--version']));
  });

  it('fits 80 columns, as the list of scenarios does', async () => {
    for (const args of [...COMMANDS.map((path) => ['help', ...path]), ['scenario', 'list']]) {
      const { code, stdout } = await clis.run(args);
      assert.equal(code, 0);
      const long = stdout.split('\n').filter((line) => line.length > 80);
      assert.deepEqual(long, [], args.join(' '));
      assert.doesNotMatch(stdout, /[^ ]\[(?:string|boolean)\]/, args.join(' '));
      assert.ok(stdout.length > 200);
    }
  });

  it("shows a command's own flags first, each in one group", async () => {
    for (const [i, { flags }] of CATALOGUE.entries()) {
      const { stdout } = await clis.run(['help', ...COMMANDS[i]!]);
      const [own = '', common = ''] = stdout.split('\nOptions:\n');
      const names = (text: string) => [...text.matchAll(/^ +(?:-[a-z], )?(--[a-z-]+) /gm)].map(([, name]) => name!);
      assert.deepEqual(names(common.split('\n\n')[0]!), ['--verbose', '--version', '--help']);
      const known = flags.map((flag) => flag.names[0]!).filter((name) => !/^--(?:no-|verbose|version|help)/.test(name));
      assert.deepEqual(names(own).sort(), known.sort());
    }
  });

  it('gives examples that can be pasted', async () => {
    let count = 0;
    for (const path of COMMANDS) {
      const { stdout } = await clis.run(['help', ...path]);
      const [, examples = ''] = stdout.split('\nExamples:\n');
      const lines = examples
        .split('\n\n')[0]!
        .replace(/ \\\n */g, ' ')
        .trimEnd()
        .split('\n');
      for (const line of lines.filter((each) => each !== '' && !each.endsWith(':'))) {
        count += 1;
        const words = line
          .replaceAll(/"[^"]*"/g, 'SQL')
          .trim()
          .split(/ [|<>] | -- /)[0]!
          .split(' ');
        assert.equal(words[0], 'fleetgen', line);
        const command = CATALOGUE.findLast(
          (each) => each.path !== '' && words.slice(1).join(' ').startsWith(each.path),
        );
        assert.ok(command !== undefined, line);
        const known = command.flags.flatMap(({ names }) => names);
        assert.deepEqual(
          words.filter((word) => /^-./.test(word) && !known.includes(word)),
          [],
          line,
        );
      }
    }
    assert.ok(count > 30, String(count));
  });

  it('knows the letters of flags', async () => {
    const { code, stdout } = await clis.run(['generate', '-n', '1k', '-s', '7', '-o', '-', '-j', '1', '-q']);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      (await clis.run(['generate', '--rows', '1000', '--seed', '7', '--to', '-', '--quiet'])).stdout,
    );
  });
});
