/**
 * The user that the server runs as. PostgreSQL refuses to run as root, so root's server runs as an existing
 * unprivileged user; for other users it runs as themselves.
 */
import { chown, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, type ServerUser } from './run-program.js';

const CANDIDATES = ['postgres', 'nobody'];
const NOBODY: ServerUser = { uid: 65534, gid: 65534, name: 'nobody' };

/** Undefined if the caller's own user is suitable. `dataFolder`: existing data keeps its owner. */
export async function serverUserFor(dataFolder?: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await systemUsers();
  const owner = dataFolder === undefined ? undefined : await stat(dataFolder).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    const name = users.find((user) => user.uid === owner.uid)?.name ?? String(owner.uid);
    return { uid: owner.uid, gid: owner.gid, name };
  }
  for (const name of CANDIDATES) {
    const user = users.find((candidate) => candidate.name === name);
    if (user !== undefined) return user;
  }
  return NOBODY;
}

/**
 * Whether the user can be given a folder inside `folder` and write there. Determined by trying, as parents' modes,
 * ACLs, read-only mounts and mounts that ignore chown all matter.
 */
export async function canOwnFolderIn(user: ServerUser, folder: string): Promise<boolean> {
  const probe = join(folder, `probe-${process.pid}`);
  try {
    await mkdir(probe, { mode: 0o700 });
    await chown(probe, user.uid, user.gid);
    const outcome = await runProgram('/bin/sh', ['-c', ': > "$0/file"', probe], { user });
    return outcome.code === 0;
  } catch {
    return false;
  } finally {
    await rm(probe, { recursive: true, force: true }).catch(() => {});
  }
}

async function systemUsers(): Promise<ServerUser[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}
