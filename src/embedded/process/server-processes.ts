/**
 * The server's processes according to the system: their working directory is the data folder, which distinguishes them
 * from processes with a reused id and finds those left by a killed server. Linux only; elsewhere the pid file is
 * trusted.
 */
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const TERMINATION_TIMEOUT_MS = 10_000;
const POLL_MS = 10;

/** Whether a live process belongs to the server of the data folder, as far as the system can tell. */
export async function isServerProcess(pid: number, dataFolder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    const [place, name] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
    return name.trim() === 'postgres' && place === (await realpath(dataFolder));
  } catch {
    return false;
  }
}

/**
 * Ends the processes left by a server whose main process was killed or whose pid file is lost: their shared memory
 * would make a start fail. Ending them is safe, as the next start recovers from the log. Throws the signal's reason.
 */
export async function terminateOrphans(dataFolder: string, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + TERMINATION_TIMEOUT_MS;
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
  const ours = await Promise.all(pids.map((pid) => isServerProcess(pid, dataFolder)));
  return pids.filter((_, i) => ours[i]);
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}

/** True for a live process of any user; false for invalid ids. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
