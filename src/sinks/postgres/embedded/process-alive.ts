/** Whether a process exists: the test behind locks, leases and the server's pid file. */

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
