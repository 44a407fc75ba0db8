/** Observes the readers of tables, without blocking any, to predict when a short wait is enough. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../pg/client.js';
import { lockHolders } from './lock-holders.js';

const POLL_MS = 50;
const SHORTEST_HOLD_MS = 500;

export class ReaderWatch {
  readonly #client: Client;
  readonly #oids: readonly string[];
  readonly #started = Date.now();
  /** When each active transaction was first seen. */
  #since: ReadonlyMap<string, number> = new Map();

  constructor(client: Client, oids: readonly string[]) {
    this.#client = client;
    this.#oids = oids;
  }

  /**
   * Resolves with how long readers may be held up now (half the time since the watch began, in ms), once no active
   * reader has been at work for longer, so that it is likely to be enough; undefined if the deadline comes first.
   */
  async waitForRecentReaders(deadline: number): Promise<number | undefined> {
    for (;;) {
      const holders = await lockHolders(this.#client, this.#oids, []);
      const now = Date.now();
      this.#since = new Map(holders.map(({ transaction: id }) => [id, this.#since.get(id) ?? now]));
      const holdMs = Math.max(SHORTEST_HOLD_MS, (now - this.#started) / 2);
      if ([...this.#since.values()].every((since) => now - since <= holdMs)) return holdMs;
      if (now >= deadline) return undefined;
      await sleep(POLL_MS);
    }
  }
}
