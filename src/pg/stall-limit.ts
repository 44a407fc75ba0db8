/** Waits with a limit: a connection whose peer is gone silently would block them for ever. */
import { runError } from '../base/errors.js';

/** How long a server may take nothing and say nothing in the middle of a shard. */
export const STALL_MS = 60_000;

/** The promise's value, or PG_STALLED after the time, when `onStall` is called first. `where` is a URL without password. */
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
