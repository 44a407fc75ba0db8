/** Runs statements that wait for other sessions, within the total time that the swap may wait. */
import { runError } from '../../../base/errors.js';
import type { Client } from '../../../pg/client.js';
import { onlyRow } from '../../../pg/only-row.js';
import { describeBackends, terminateSessions } from './lock-holders.js';

const POLL_MS = 50;

/** How a swap deals with the sessions in its way. */
export interface SwapWait {
  /** The end of waiting, compared with Date.now. */
  deadline: number;
  /** Whether it then ends those sessions instead of giving up. */
  readonly terminate: boolean;
  /** Number of sessions ended so far. */
  ended: number;
}

/**
 * Runs the action on the client. After the deadline, blocking sessions are ended, or the action is cancelled with
 * PG_SWAP_BUSY; `why` makes the message from their description. `watcher` is another session.
 */
export async function runDespiteBlockers<T>(
  client: Client,
  watcher: Client,
  terms: SwapWait,
  why: (sessions: string) => string,
  action: () => Promise<T>,
): Promise<T> {
  const asked = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const { pid } = onlyRow(asked);
  let running = true;
  const result = action().finally(() => {
    running = false;
  });
  result.catch(() => undefined);
  while (running) {
    await Promise.race([result, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
    if (!running || Date.now() < terms.deadline) continue;
    const blockers = await blockersOf(watcher, pid);
    if (blockers.length === 0) continue;
    if (terms.terminate) {
      terms.ended += await terminateSessions(watcher, blockers);
      continue;
    }
    const sessions = await describeBackends(watcher, blockers);
    await watcher.query('SELECT pg_cancel_backend($1)', [pid]);
    await result.catch(() => undefined);
    throw runError('PG_SWAP_BUSY', why(sessions));
  }
  return result;
}

async function blockersOf(watcher: Client, pid: number): Promise<number[]> {
  const found = await watcher.query<{ pids: number[] }>('SELECT pg_blocking_pids($1) AS pids', [pid]);
  return onlyRow(found).pids.filter((each) => each > 0);
}
