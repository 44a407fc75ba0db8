import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type CliResult, type Clis, runCli, startClis } from './run-cli.js';

let clis: Clis;
before(() => {
  clis = startClis();
});
after(() => clis.close());

describe('fleetgen scenario', () => {
  let folder = '';
  const cli = (args: string): Promise<CliResult> => clis.run(args.split(' '), { cwd: folder });
  const fails = async (args: string, says: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await cli(args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^fleetgen: [^\n]+\n$/);
    assert.match(stderr, says);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-scenario-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('writes a commented file with the default values, and never overwrites it', async () => {
    const { code, stdout, stderr } = await cli('scenario init fleet.yaml');
    assert.deepEqual([code, stdout], [0, ''], stderr);
    const text = await readFile(join(folder, 'fleet.yaml'), 'utf8');
    assert.match(text, /# Each event is a boolean column/);
    const shown = await cli('scenario show fleet.yaml');
    assert.equal(shown.stdout, (await cli('scenario show')).stdout);
    await fails('scenario init fleet.yaml', /fleet\.yaml exists: name another file/);
    assert.equal(await readFile(join(folder, 'fleet.yaml'), 'utf8'), text);
  });

  it('points editors at the schema', async () => {
    await cli('scenario init pointed.yaml');
    const text = await readFile(join(folder, 'pointed.yaml'), 'utf8');
    const [, path = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
    const schema = JSON.parse(await readFile(resolve(folder, path), 'utf8'));
    assert.ok(new Ajv2020({ strict: false }).validateSchema(schema));
  });

  it('starts from a shipped scenario', async () => {
    assert.equal((await cli('scenario init av.yaml --from autonomous')).code, 0);
    const { code, stdout } = await cli('scenario check av.yaml');
    assert.equal(code, 0);
    assert.equal(
      stdout,
      'av.yaml: ok, adds 1 event (disengagement_event) and 2 metrics (lidar_range_m, perception_confidence)\n',
    );
    await fails('scenario init other.yaml --from autonomus', /--from "autonomus" is not valid: give one of default, /);
    await fails('scenario init no/such/folder.yaml', /can't be written \(no such file or directory\)/);
  });

  it('checks files', async () => {
    await writeFile(join(folder, 'good.yaml'), 'roads: { towns: 3 }\n');
    assert.equal((await cli('scenario check good.yaml')).stdout, 'good.yaml: ok, no custom columns\n');
    await writeFile(join(folder, 'bad.yaml'), 'roads:\n  twons: 3\n');
    await fails(
      'scenario check bad.yaml',
      /^fleetgen: bad\.yaml:2:3: unknown key "twons" in roads: did you mean towns\?$/m,
    );
    await fails('scenario check gone.yaml', /no scenario file gone\.yaml/);
    await fails('scenario check', /"fleetgen scenario check" has a missing or unknown argument/);
  });

  it('prints the effective scenario, including --set, as a valid scenario', async () => {
    const { stdout } = await cli(
      'scenario show winter-storm --set roads.towns=3 --set events.braking_event.per_hour=2',
    );
    assert.match(stdout, /^ {2}towns: 3$/m);
    await writeFile(join(folder, 'whole.yaml'), stdout);
    assert.equal((await cli('scenario show whole.yaml')).stdout, stdout);
  });

  it('lists the shipped scenarios', async () => {
    const { stdout } = await cli('scenario list');
    assert.deepEqual(await runCli(['scenario', 'list']), { code: 0, stdout, stderr: '' });
    for (const line of stdout.trimEnd().split('\n')) {
      const [name = ''] = line.split(' ');
      assert.equal((await cli(`scenario check ${name}`)).code, 0, name);
    }
    assert.equal(stdout.trimEnd().split('\n').length, 7);
  });

  it('needs an action', async () => {
    await fails('scenario', /scenario needs an action: init, check, show or list/);
    await fails('scenario frobnicate', /scenario has no action "frobnicate": the actions are init/);
  });
});

describe('generate with a scenario', () => {
  const hash = async (args: string): Promise<string> => {
    const { stdout, stderr } = await clis.run(`generate --rows 500 --to null --json --quiet ${args}`.trim().split(' '));
    assert.notEqual(stdout, '', stderr);
    const { scenarioHash, digest } = JSON.parse(stdout);
    assert.equal(typeof digest, 'string');
    return `${scenarioHash} ${digest}`;
  };

  it('makes the same records from the default however it is requested', async () => {
    const plain = await hash('');
    assert.equal(await hash('--scenario default'), plain);
    assert.equal(await hash('--set roads.towns=11'), plain);
    assert.notEqual(await hash('--set roads.towns=10'), plain);
  });

  it('does not depend on the order of flags', async () => {
    const sets = ['--set roads.towns=10', '--set dirt.speed_outlier=0.1'];
    assert.equal(
      await hash(`${sets[0]} --scenario tiny ${sets[1]}`),
      await hash(`${sets[1]} ${sets[0]} --scenario tiny`),
    );
  });

  for (const [args, says] of [
    ['--scenario nowhere', /no scenario file nowhere/],
    ['--scenario tiny --scenario dirty', /--scenario is given twice/],
    ['--scenario=', /--scenario has no value/],
    ['--no-scenario', /--scenario has no value/],
    ['--set roads.twons=3', /--set roads\.twons=3: unknown key "twons" in roads/],
    ['--set', /--set needs a value/],
    ['--no-set', /--set has no value/],
  ] as const) {
    it(`refuses ${args}`, async () => {
      const { code, stderr } = await clis.run(`generate --rows 10 --to null ${args}`.split(' '));
      assert.equal(code, 2);
      assert.match(stderr, /^fleetgen: [^\n]+\n$/);
      assert.match(stderr, says);
    });
  }
});
