/** The embedded server: its programs, its home and its state. Nothing is started or made. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FleetgenError } from '../base/errors.js';
import { resolveHome, unwritableHomeError } from '../embedded/home/home.js';
import { packageRoot } from '../embedded/process/binaries.js';
import { type EmbeddedStatus, embeddedStatus } from '../embedded/status.js';
import { type Check, failed, note, ok } from './check.js';

const NAME = 'server';

/** `wanted`: whether it is the target, so that missing programs are a failure. Its package has a check of its own. */
export async function embeddedChecks(wanted: boolean, homeFolder?: string): Promise<Check[]> {
  try {
    packageRoot();
  } catch (error) {
    if (!(error instanceof FleetgenError)) throw error;
    if (wanted) return [failed(NAME, error)];
    return error.code === 'MISSING_PACKAGE' ? [] : [note(NAME, error.message)];
  }
  return [await serverCheck(homeFolder)];
}

async function serverCheck(homeFolder: string | undefined): Promise<Check> {
  const status = await embeddedStatus(homeFolder);
  if (status.problem !== null) return failed(NAME, status.problem);
  const home = resolveHome(homeFolder);
  const problem = await unwritable(home.folder);
  if (problem !== undefined) return failed(NAME, unwritableHomeError(home, problem));
  return ok(NAME, `the embedded PostgreSQL ${stateOf(status)}; home ${home.folder}`);
}

function stateOf({ running, ready, port, version, initialised }: EmbeddedStatus): string {
  if (running) return `${version} ${ready ? 'runs' : 'is starting or stopping'} on 127.0.0.1:${port}`;
  return initialised ? `${version} is stopped` : 'has not been started yet';
}

/** The error that a folder, or the nearest one above it that exists, gives a writer. */
async function unwritable(folder: string): Promise<Error | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) return unwritable(dirname(folder));
    return error as Error;
  }
}
