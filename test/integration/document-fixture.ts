/** Commands of the documents, run as their readers run them: by a shell that finds `fleetgen` and a server's service. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, type CliResult, runProgram } from '../cli/run-cli.js';

export interface Reader {
  /** A folder of the reader's own, in which the commands run; its home too. */
  readonly folder: string;
  /** Finds `fleetgen` and this Node before everything else. */
  readonly path: string;
  /** Names the database for libpq's PGSERVICE=warehouse. */
  useDatabase(url: string): Promise<void>;
  /** Runs the text in bash. */
  shell(text: string, env?: Readonly<Record<string, string>>): Promise<CliResult>;
  remove(): Promise<void>;
}

export async function createReader(): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-reader-'));
  await chmod(folder, 0o755);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  // As npm links a package's commands.
  await chmod(CLI, 0o755);
  await symlink(CLI, join(bin, 'fleetgen'));
  const path = `${bin}:${process.env.PATH}`;
  return {
    folder,
    path,
    async useDatabase(url) {
      const { hostname, port, username, password, pathname } = new URL(url);
      const lines = { host: hostname, port, user: username, password: decodeURIComponent(password) };
      const text = Object.entries({ ...lines, dbname: pathname.slice(1) }).map((pair) => `${pair.join('=')}\n`);
      await writeFile(join(folder, '.pg_service.conf'), `[warehouse]\n${text.join('')}`, { mode: 0o600 });
    },
    shell(text, env = {}) {
      const own = { HOME: folder, PATH: path, PGSERVICE: 'warehouse', ...env };
      return runProgram('bash', ['-c', text], { cwd: folder, env: own });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The text with each of the words, which must stand in it, replaced: a document's sizes are too large for a test. */
export function smaller(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((changed, [word, other]) => {
    assert.ok(changed.includes(word), `there is no ${word} in ${text}`);
    return changed.replaceAll(word, other);
  }, text);
}
