/**
 * Creates a new data folder: initdb, then the password and the database, all in a draft beside its final location. Only
 * a complete draft is renamed into place, so an interruption leaves no partial data folder.
 */
import { chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FleetgenError, runError } from '../../base/errors.js';
import { dataFolderOf } from '../home/instance-folder.js';
import type { ServerUser } from './run-program.js';
import { type ProgramResult, runProgram } from './run-program.js';

export interface InitialiseOptions {
  readonly binFolder: string;
  readonly instanceFolder: string;
  /** The operating system's user. */
  readonly owner: ServerUser | undefined;
  /** The database's user: its superuser. */
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly signal?: AbortSignal | undefined;
}

const DRAFT = 'data.tmp';

/**
 * Creates the draft; returns a function that moves it into place. Throws FleetgenError and leaves nothing behind. Call
 * with the lock held.
 */
export async function initialise(options: InitialiseOptions): Promise<() => Promise<void>> {
  await removeDrafts(options.instanceFolder);
  const draft = join(options.instanceFolder, `${DRAFT}-${process.pid}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    if (options.owner !== undefined) await chown(draft, options.owner.uid, options.owner.gid);
    await makeCluster(draft, options);
    await makeDatabase(draft, options);
    return () => rename(draft, dataFolderOf(options.instanceFolder));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function makeCluster(draft: string, options: InitialiseOptions): Promise<void> {
  const outcome = await runProgram(
    join(options.binFolder, 'initdb'),
    [
      ...['--pgdata', draft, '--username', options.user, '--encoding', 'UTF8'],
      // Code-point order, independent of the machine's locales, and the fastest to sort.
      ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      // No client can connect before the settings bring their own access rules.
      ...['--auth', 'trust', '--no-instructions'],
    ],
    { user: options.owner, signal: options.signal },
  );
  if (outcome.code !== 0) throw failure('initdb', draft, outcome);
}

/** The server's single-user mode reads SQL from stdin: no socket, no password file, no wait. */
async function makeDatabase(draft: string, options: InitialiseOptions): Promise<void> {
  const outcome = await runProgram(join(options.binFolder, 'postgres'), ['--single', '-D', draft, 'template1'], {
    user: options.owner,
    input: `ALTER ROLE ${options.user} PASSWORD '${options.password}'\nCREATE DATABASE ${options.database}\n`,
    signal: options.signal,
  });
  // Single-user mode continues after a failed statement, so its exit code alone is not enough.
  if (outcome.code !== 0 || /\b(ERROR|FATAL|PANIC): /.test(outcome.stderr)) {
    throw failure('making the database', draft, outcome);
  }
}

function failure(step: string, draft: string, outcome: ProgramResult): FleetgenError {
  const lines = outcome.stderr.trim().split('\n');
  const worst = lines.findLast((line) => /\b(error|fatal|panic): /i.test(line)) ?? lines.at(-1);
  const said = worst?.replace(/^.*?\b(error|fatal|panic): +/i, '') || outcome.error?.message || `exit ${outcome.code}`;
  return runError('EMBEDDED_INIT', `cannot set up the embedded PostgreSQL in ${draft} (${step}): ${said}`);
}

/** Removes drafts of killed processes; with the lock held no other process has one in progress. */
async function removeDrafts(instanceFolder: string): Promise<void> {
  for (const name of await readdir(instanceFolder)) {
    if (name.startsWith(DRAFT)) await rm(join(instanceFolder, name), { recursive: true, force: true });
  }
}
