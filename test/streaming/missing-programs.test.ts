import assert from 'node:assert/strict';
import { access, constants, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runScript } from './streaming-fixture.js';

const PROGRAMS = [
  'bash',
  'dirname',
  'mkdir',
  'sed',
  'cat',
  'grep',
  'cksum',
  'flock',
  'mktemp',
  'cp',
  'mv',
  'rm',
  'node',
];
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-missing-'));
});
after(async () => await rm(folder, { recursive: true, force: true }));

const cases: [what: string, script: string, args: string[], present: string[], expected: RegExp][] = [
  ['Java for Kafka', 'streaming/fetch.sh', ['kafka'], [], /^streaming needs Java 17[^\n]*openjdk-17-jre-headless\n$/],
  ['Maven', 'streaming/fetch.sh', ['kafka'], ['java'], /^streaming needs Maven[^\n]*apt-get install maven\n$/],
  ['Python', 'streaming/fetch.sh', ['pyspark'], ['java'], /^the Spark job needs Python[^\n]*python3-venv\n$/],
  ['Java for the broker', 'kafka.sh', ['start'], [], /^streaming needs Java 17[^\n]*\n$/],
  ['Java for the Spark job', '../spark/fleet-metrics.sh', ['--help'], [], /^streaming needs Java 17[^\n]*\n$/],
];
for (const [what, script, args, present, expected] of cases) {
  test(`${script} without ${what} says in one line what to install, with exit code 1`, async () => {
    const bin = join(folder, what.replaceAll(' ', '-'));
    await mkdir(bin);
    for (const program of [...PROGRAMS, ...present]) await symlink(await which(program), join(bin, program));
    const { code, stdout, stderr } = await runScript(script, args, folder, {
      PATH: bin,
      FLEETGEN_STREAMING_CACHE: join(folder, 'cache'),
      FLEETGEN_KAFKA_HOME: join(folder, 'kafka'),
    });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, expected);
  });
}

for (const [script, args, expected] of [
  ['kafka.sh', ['--help'], /^A real Kafka broker .*\n {2}kafka\.sh start \[--port N\] .*kafka\.sh tool CLASS/s],
  ['kafka.sh', ['start', '--help'], /^A real Kafka broker /],
  ['kafka.sh', ['reset', '--help'], /^A real Kafka broker /],
  ['kafka.sh', ['stop', '-h'], /^A real Kafka broker /],
  ['streaming/fetch.sh', ['--help'], /^Fetches what .*\n {2}fetch\.sh kafka /s],
] as const) {
  test(`${script} ${args.join(' ')} prints its usage and does nothing`, async () => {
    const home = join(folder, 'home');
    const { code, stdout, stderr } = await runScript(script, args, folder, { FLEETGEN_KAFKA_HOME: home });
    assert.equal(code, 0, stderr);
    assert.match(stdout, expected);
    assert.doesNotMatch(stdout, /set -euo|^#/m);
    assert.equal(stderr, '');
    await assert.rejects(access(home));
  });
}

async function which(program: string): Promise<string> {
  for (const each of (process.env.PATH ?? '').split(':')) {
    const path = join(each, program);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`this test needs ${program}`);
}
