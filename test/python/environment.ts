/** A virtual environment of Python in a temporary folder. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PythonEnvironment {
  readonly folder: string;
  readonly python: string;
  /** Arguments are those of pip install. */
  install(...what: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

export async function createPythonEnvironment(): Promise<PythonEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-python-'));
  const python = join(folder, 'bin', 'python');
  await run('python3', ['-m', 'venv', folder]);
  return {
    folder,
    python,
    install: async (...what) => {
      await run(python, ['-m', 'pip', 'install', '--quiet', ...what]);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
