/**
 * Commands of the documents, run as their readers run them: by a shell that finds `fleetgen` and a server's service.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLI, type CliResult, runProgram } from '../../cli/run-cli.js';

export interface Reader {
  /** The folder in which the commands run; also the home folder. */
  readonly folder: string;
  /** Finds `fleetgen` and this Node before everything else. */
  readonly path: string;
  /** Names the database for libpq's PGSERVICE=warehouse. */
  useDatabase(url: string): Promise<void>;
  /** Runs the text in bash. */
  shell(text: string, env?: Readonly<Record<string, string>>): Promise<CliResult>;
  remove(): Promise<void>;
}

/** With `npx`, `fleetgen` is not on the PATH, as in a checkout. */
export async function createReader({ npx = false } = {}): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-reader-'));
  // The embedded server's user has to reach it.
  await chmod(folder, 0o755);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  // Links the package's commands as npm does.
  await chmod(CLI, 0o755);
  if (!npx) await symlink(CLI, join(bin, 'fleetgen'));
  // What npx installs is the reader's, but what npm has fetched before is there.
  const cache = await promisify(execFile)('npm', ['config', 'get', 'cache']);
  await mkdir(join(folder, '.npm'));
  await symlink(join(cache.stdout.trim(), '_cacache'), join(folder, '.npm', '_cacache'));
  const path = `${bin}:${process.env.PATH}`;
  let service = {};
  return {
    folder,
    path,
    async useDatabase(url) {
      const { hostname, port, username, password, pathname } = new URL(url);
      const lines = { host: hostname, port, user: username, password: decodeURIComponent(password) };
      const text = Object.entries({ ...lines, dbname: pathname.slice(1) }).map((pair) => `${pair.join('=')}\n`);
      service = { PGSERVICE: 'warehouse' };
      await writeFile(join(folder, '.pg_service.conf'), `[warehouse]\n${text.join('')}`, { mode: 0o600 });
    },
    shell(text, env = {}) {
      const own = { HOME: folder, PATH: path, npm_config_update_notifier: 'false', ...service, ...env };
      return runProgram('bash', ['-c', text], { cwd: folder, env: own });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The text with each of the words, which must occur in it, replaced: a document's sizes are too large for a test. */
export function smaller(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((changed, [word, other]) => {
    assert.ok(changed.includes(word), `there is no ${word} in ${text}`);
    return changed.replaceAll(word, other);
  }, text);
}
