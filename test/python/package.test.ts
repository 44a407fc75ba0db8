/** The Python package, installed and used as docs/python.md says. Its own tests are in python/tests. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type CliResult, runProgram } from '../cli/run-cli.js';
import { blocksOf, document, ROOT } from '../docs/markdown.js';
import { createPythonEnvironment, type PythonEnvironment } from './environment.js';

const root = fileURLToPath(ROOT);
const PACKAGE = join(root, 'python');
const REQUIREMENTS = join(PACKAGE, 'tests', 'requirements.txt');
const blocks = blocksOf(document('docs/python.md'));
const MARK = '@@ next block @@';

describe('the Python package', { concurrency: true }, () => {
  let environment: PythonEnvironment;
  const shell = (text: string, { cwd = environment.folder } = {}): Promise<CliResult> => {
    const env = {
      PATH: `${join(environment.folder, 'bin')}:${process.env.PATH}`,
      // On cores that are shared, OpenMP's threads would wait busily for each other.
      OMP_NUM_THREADS: '1',
      PIP_CONSTRAINT: REQUIREMENTS,
      PIP_NO_COMPILE: '1',
    };
    return runProgram('bash', ['-c', `set -e\n${text}`], { cwd, env });
  };
  const succeed = async (...how: Parameters<typeof shell>): Promise<string> => {
    const { code, stdout, stderr } = await shell(...how);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    return stdout;
  };

  before(async () => {
    environment = await createPythonEnvironment();
    const [first = '', ...others] = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    assert.ok(first.startsWith('python3 -m venv .venv && . .venv/bin/activate\nnpm ci && npm run wheel\n'));
    // The environment is there, and so are the npm packages, which this very test needs meanwhile.
    const install = first.replace(/^python3.*\n/, '').replace('npm ci && ', '');
    for (const block of [install, ...others]) await succeed(block, { cwd: root });
    await succeed(`pip install --quiet -r ${REQUIREMENTS}`);
  });
  after(() => environment.remove());

  it('needs nothing but pip', async () => {
    const path = join(environment.folder, 'none');
    await mkdir(path);
    const python = join(environment.folder, 'bin', 'python');
    const text = `import fleetgen, shutil; print(shutil.which('node'), fleetgen.read(rows=1000).num_rows)`;
    const { code, stdout, stderr } = await runProgram(python, ['-c', text], { env: { PATH: path } });
    assert.deepEqual([code, stdout], [0, 'None 1000\n'], stderr);
  });

  it('has a wheel for every platform, of less than 20 MB when installed', async () => {
    const text = `
from importlib.metadata import files
print(sum(file.locate().stat().st_size for file in files('fleetgen')) // 1_000_000)
print([str(file) for file in files('fleetgen') if file.suffix in {'.node', '.ts', '.map'}])`;
    const [size, needless] = (await succeed(`python -c "${text}"`)).split('\n');
    assert.ok(Number(size) > 5 && Number(size) < 20, size);
    assert.equal(needless, '[]');
  });

  it('does what docs/python.md shows', async () => {
    const program = blocks
      .filter(({ language }) => language === 'python')
      .map(({ text }) => `${text}\nprint('${MARK}')\n`)
      .join('');
    const printed = (await succeed(`python - <<'EOF'\n${program}\nEOF`)).split(`${MARK}\n`);
    const shown = blocks.flatMap(({ language }, i) => {
      const next = blocks[i + 1];
      return language !== 'python' ? [] : [next?.language === 'text' ? next.text : ''];
    });
    assert.ok(shown.length > 5);
    assert.deepEqual(printed, [...shown, '']);
  });

  it('passes its own tests, with types and style', async () => {
    await succeed('ruff check . && ruff format --check .', { cwd: PACKAGE });
    await succeed('mypy --cache-dir=/dev/null src tests hatch_build.py', { cwd: PACKAGE });
    await succeed('python -m pytest -p no:cacheprovider tests', { cwd: PACKAGE });
  });
});
