/**
 * The server's processes as the system knows them: they work in their data folder, which tells them from whatever else
 * got an old process id, and finds those that a killed server left. Only Linux says so; elsewhere the pid file is believed.
 */
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const POLL_MS = 10;

/** Whether a live process belongs to the server of the data folder, as far as the system tells. */
export async function worksIn(pid: number, dataFolder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    const [place, name] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
    return name.trim() === 'postgres' && place === (await realpath(dataFolder));
  } catch {
    return false;
  }
}

/**
 * Ends what a server left whose main process was killed, or whose pid file is lost: a start would fail on the shared
 * memory they hold. They stop at once and in safety: the next start recovers from the log. Throws the signal's reason.
 */
export async function endOrphans(dataFolder: string, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let left = await processesIn(dataFolder); left.length > 0; left = await processesIn(dataFolder)) {
    signal?.throwIfAborted();
    const order = Date.now() > deadline ? 'SIGKILL' : 'SIGQUIT';
    for (const pid of left) end(pid, order);
    await sleep(POLL_MS);
  }
}

async function processesIn(dataFolder: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const ours = await Promise.all(pids.map((pid) => worksIn(pid, dataFolder)));
  return pids.filter((_, i) => ours[i]);
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** True for a live process of any user; false for ids that can't be one. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
