/** Looks on at those who read tables, without standing in anybody's way, to tell when a short wait would do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../pg/client.js';
import { lockHolders } from './lock-holders.js';

const LOOK_MS = 50;
const SHORTEST_HOLD_MS = 500;

export class ReaderWatch {
  readonly #client: Client;
  readonly #oids: readonly string[];
  readonly #started = Date.now();
  /** When each transaction that is at work was first seen. */
  #since: ReadonlyMap<string, number> = new Map();

  constructor(client: Client, oids: readonly string[]) {
    this.#client = client;
    this.#oids = oids;
  }

  /**
   * How long readers may be held up now, in ms: half the time since the watch began. Resolves when nobody at work has been so
   * for longer than that, so that it is likely to do; undefined when the deadline comes first.
   */
  async goodMoment(deadline: number): Promise<number | undefined> {
    for (;;) {
      const holders = await lockHolders(this.#client, this.#oids, []);
      const now = Date.now();
      this.#since = new Map(holders.map(({ transaction: id }) => [id, this.#since.get(id) ?? now]));
      const holdMs = Math.max(SHORTEST_HOLD_MS, (now - this.#started) / 2);
      if ([...this.#since.values()].every((since) => now - since <= holdMs)) return holdMs;
      if (now >= deadline) return undefined;
      await sleep(LOOK_MS);
    }
  }
}
