/** Waits with a time limit, as a connection with a silently lost peer would block forever. */
import { runError } from '../base/errors.js';

/** How long a server may neither read nor answer in the middle of a shard. */
export const STALL_MS = 60_000;

/**
 * The promise's value; after the time limit calls `onStall` and throws PG_STALLED. `where`: URL without password, for
 * the message.
 */
export async function withStallLimit<T>(
  promise: Promise<T>,
  ms: number,
  where: string,
  onStall: () => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onStall();
      const line = `${where} has not answered for ${Math.round(ms / 1000)} s: check the network, and which session holds locks there`;
      reject(runError('PG_STALLED', line));
    }, ms);
  });
  try {
    return await Promise.race([promise, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
