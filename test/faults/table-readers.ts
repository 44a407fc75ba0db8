/** Sessions that read the tables of a load in an endless loop, as interactive users and programs do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from '../integration/postgres-fixture.js';

/**
 * One read of the records in `fleet`, of the vehicles in `fleet_vehicle` or of both; returns how many records it saw.
 */
export type Read = (client: pg.Client) => Promise<number | undefined>;

/** The last statement with a column `records` says how many there are. */
export function sql(text: string): Read {
  return async (client) => {
    const results = [(await client.query<{ records: string }>(text)) as unknown].flat() as pg.QueryResult[];
    const counted = results.findLast((result) => result.rows[0]?.records !== undefined);
    return counted === undefined ? undefined : Number(counted.rows[0].records);
  };
}

/** What pg_dump does: a snapshot, a lock on each table that it sees, and a while of reading. */
export function dump(seconds: number): Read {
  return async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      const found = await client.query<{ name: string }>(
        `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY c.oid`,
      );
      const names = found.rows.map(({ name }) => name).join(', ');
      await client.query(`LOCK TABLE ${names} IN ACCESS SHARE MODE`);
      await client.query('SELECT pg_sleep($1)', [seconds]);
      return await sql('SELECT count(*) AS records FROM fleet')(client);
    } catch (error) {
      // pg_dump does the same when a table disappears between listing and locking it.
      if ((error as { code?: string }).code !== '42P01') throw error;
      return undefined;
    } finally {
      await client.query('COMMIT');
      await sleep(1000);
    }
  };
}

export class Readers {
  readonly seen = new Set<number>();
  readonly #sessions: Promise<void>[] = [];
  #ended = false;
  #failure: unknown;

  /** Begins `count` sessions that read again and again; they don't begin together. */
  async begin(url: string, read: Read, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const client = await connect(url);
      this.#sessions.push(this.#goOn(client, read));
      await sleep(100 + 50 * i);
    }
  }

  /** Resolves when a reader has seen that many records. Throws the error of a failed reader. */
  async haveSeen(records: number): Promise<void> {
    while (!this.seen.has(records)) {
      if (this.#failure !== undefined) throw this.#failure;
      await sleep(5);
    }
  }

  /** Throws the error of a failed reader. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#sessions);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #goOn(client: pg.Client, read: Read): Promise<void> {
    try {
      while (!this.#ended) {
        const records = await read(client);
        if (records !== undefined) this.seen.add(records);
      }
    } catch (error) {
      this.#failure ??= error;
    }
    await client.end();
  }
}
