/**
 * Keeps new readers out of tables until current ones are done: one session per table queues for its exclusive lock, and
 * later readers queue behind it without holding a lock on any of the tables. A reader that holds one table and wants
 * another is let through by the server: after deadlock_timeout it finds a soft deadlock and reorders the queue.
 */
import type { Client } from '../../../pg/client.js';
import { onlyRow } from '../../../pg/only-row.js';
import type { LockableTable } from './exclusive-locks.js';

const CANCEL_AGAIN_MS = 50;

interface Gate {
  readonly session: Client;
  readonly pid: number;
  /** Settles when the gate no longer waits; undefined while the gate is open. */
  waiting: Promise<void> | undefined;
}

export class Gates {
  readonly #spare: Client[];
  readonly #connect: () => Promise<Client>;
  readonly #gates: Gate[] = [];

  /** Uses the spare sessions and opens more with `connect`; these are reused until the swap ends. */
  constructor(spare: readonly Client[], connect: () => Promise<Client>) {
    this.#spare = [...spare];
    this.#connect = connect;
  }

  /**
   * Closes the tables, for at most `ms`. The caller's transaction holds a lock on each, so that no gate ever gets its
   * lock and the caller's requests take precedence. If no further session can be opened, the remaining tables stay
   * open.
   */
  async close(tables: readonly LockableTable[], ms: number): Promise<void> {
    // Opens all sessions first: otherwise readers could enter the second table while the first is already closed.
    while (this.#gates.length < tables.length && (await this.#open()));
    for (const [i, gate] of this.#gates.slice(0, tables.length).entries()) {
      const { name } = tables[i]!;
      const wait = `SET LOCAL lock_timeout = ${Math.ceil(ms)}; LOCK TABLE ONLY ${name} IN ACCESS EXCLUSIVE MODE`;
      gate.waiting = gate.session.query(`BEGIN; ${wait}`).then(
        () => undefined,
        () => undefined,
      );
    }
  }

  /**
   * Lets readers in again. Call it before the transaction ends: a gate that got its lock would hold it for a moment.
   */
  async open(client: Client): Promise<void> {
    for (const gate of this.#gates) {
      const { waiting, session, pid } = gate;
      if (waiting === undefined) continue;
      gate.waiting = undefined;
      let opened = false;
      const settled = waiting.then(() => {
        opened = true;
      });
      // A cancellation that arrives before the statement has no effect, so repeat it.
      while (!opened) {
        await client.query('SELECT pg_cancel_backend($1)', [pid]);
        await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN_MS))]);
      }
      await session.query('ROLLBACK').catch(() => undefined);
    }
  }

  /** Adds a gate; false if no session can be opened. */
  async #open(): Promise<boolean> {
    try {
      const session = this.#spare.pop() ?? (await this.#connect());
      const asked = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      this.#gates.push({ session, pid: onlyRow(asked).pid, waiting: undefined });
      return true;
    } catch {
      return false;
    }
  }
}
