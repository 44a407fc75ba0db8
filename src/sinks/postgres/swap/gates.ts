/**
 * Keeps new readers out of tables until those inside are done: a session for each table queues for its exclusive lock, and
 * who comes later queues behind it, with no lock on any of them. Whoever is inside one table and wants another is let
 * through by the server, which finds after deadlock_timeout that the queue, not a lock, keeps everybody waiting.
 */
import type { Client } from '../../../pg/client.js';
import { onlyRow } from '../../../pg/only-row.js';
import type { LockableTable } from './exclusive-locks.js';

const CANCEL_AGAIN_MS = 50;

interface Gate {
  readonly session: Client;
  readonly pid: number;
  /** Settles when it no longer waits; undefined while it is open. */
  waiting: Promise<void> | undefined;
}

export class Gates {
  readonly #spare: Client[];
  readonly #connect: () => Promise<Client>;
  readonly #gates: Gate[] = [];

  /** Uses the spare sessions, and opens more with `connect`, which stay open from one closing to the next. */
  constructor(spare: readonly Client[], connect: () => Promise<Client>) {
    this.#spare = [...spare];
    this.#connect = connect;
  }

  /**
   * Closes the tables, for at most `ms`. The caller's transaction holds a lock on each, so that no gate ever gets its own and
   * the caller's request comes before it. Where no session can be had, a table stays open.
   */
  async close(tables: readonly LockableTable[], ms: number): Promise<void> {
    // All sessions first, or who comes while the second one connects is in when the first table is closed already.
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

  /** Lets everybody in again. Before the caller's transaction ends: a gate that gets its lock would keep it a moment. */
  async open(client: Client): Promise<void> {
    for (const gate of this.#gates) {
      const { waiting, session, pid } = gate;
      if (waiting === undefined) continue;
      gate.waiting = undefined;
      let opened = false;
      const settled = waiting.then(() => {
        opened = true;
      });
      // A cancellation that comes before the statement is lost.
      while (!opened) {
        await client.query('SELECT pg_cancel_backend($1)', [pid]);
        await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN_MS))]);
      }
      await session.query('ROLLBACK').catch(() => undefined);
    }
  }

  /** One more gate; false where no session can be had. */
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
