/**
 * Tables replaced again and again under clients that never stop reading. FLEETGEN_SWAPS says how often; a few times by
 * default.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  connect,
  dataset,
  loadOf,
  runLoad,
  startServer,
  type TestServer,
  tables,
} from '../integration/postgres-fixture.js';

const SWAPS = Number(process.env.FLEETGEN_SWAPS ?? 10);
const READERS = 8;

describe('swaps under readers', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  it('fail no read, and show no part of a table', async () => {
    const url = await server.database();
    await runLoad(url, loadOf(dataset(1000)));
    let done = false;
    const seen = new Set<string>();
    const count = `SELECT (SELECT count(*) FROM fleet) || '/' || (SELECT count(*) FROM fleet_vehicle) AS n`;
    const read = async (client: pg.Client, inTransaction: boolean) => {
      while (!done) {
        if (inTransaction) {
          // The snapshot is older than the look at the table by as long as a swap may take.
          await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_sleep(0.05)');
        }
        seen.add((await client.query<{ n: string }>(count)).rows[0]!.n);
        if (inTransaction) await client.query('COMMIT');
      }
      await client.end();
    };
    const clients = await Promise.all(Array.from({ length: READERS }, () => connect(url)));
    const reading = Promise.all(clients.map((client, i) => read(client, i % 2 === 0)));
    let failed = false;
    reading.catch(() => {
      failed = true;
    });
    const sizes = [1000];
    const state = (rows: number) => `${rows}/${dataset(rows).vehicles}`;
    const untilSeen = async (rows: number) => {
      while (!failed && !seen.has(state(rows))) await sleep(5);
    };
    await untilSeen(1000);
    for (let i = 1; i <= SWAPS; i++) {
      await runLoad(url, loadOf(dataset(1000 + i)), { ifExists: 'replace' });
      sizes.push(1000 + i);
      await untilSeen(1000 + i);
    }
    done = true;
    await reading;
    assert.deepEqual([...seen].sort(), sizes.map(state).sort());
    assert.deepEqual(
      (await tables(url)).filter((name) => name.includes('__')),
      [],
    );
  });
});
