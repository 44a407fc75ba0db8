/** A build while commands are running: what `npm test` in one terminal does to `npx fleetgen` in another. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PARTS = ['src', 'bench', 'scripts', 'test', 'package.json', 'tsconfig.json', 'tsconfig.test.json'];

describe('npm run build', () => {
  let root: string;
  const build = () => run(process.execPath, [join(root, 'scripts/build.js')]);
  const generate = () =>
    run(process.execPath, [join(root, 'dist/cli.js'), 'generate', '--rows', '100', '--to', '-', '--quiet']);
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'fleetgen-build-'));
    for (const part of PARTS) cpSync(join(ROOT, part), join(root, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    await build();
  });
  after(() => rmSync(root, { recursive: true }));

  it('never removes a module that a starting command needs, and ends in sync with the sources', async () => {
    // Every module of the command line changes, and one is removed.
    for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.ts')) appendFileSync(join(root, 'src', name), '\n// Built again.\n');
    }
    rmSync(join(root, 'test/base/closest-word.test.ts'));
    let building = true;
    const built = build().finally(() => {
      building = false;
    });
    let commands = 0;
    for (; building; commands++) assert.equal((await generate()).stdout.split('\n').length, 102);
    await built;
    assert.ok(commands > 0);
    assert.match(readFileSync(join(root, 'dist/cli.js'), 'utf8'), /Built again/);
    assert.ok(!existsSync(join(root, 'build/test/base/closest-word.test.js')));
    assert.ok(existsSync(join(root, 'dist/scenario/scenario.schema.json')));
  });

  it('changes nothing when it fails', async () => {
    appendFileSync(join(root, 'src/base/text.ts'), '\nexport const wrong: number = "text";\n');
    await assert.rejects(build(), { code: 1, stdout: /text\.ts.*TS2322/ });
    assert.doesNotMatch(readFileSync(join(root, 'dist/base/text.js'), 'utf8'), /wrong/);
    await generate();
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('.build-')),
      [],
    );
  });
});
