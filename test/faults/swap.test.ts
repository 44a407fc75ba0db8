/**
 * Tables replaced again and again under sessions that never stop reading. FLEETGEN_SWAPS says how often under each kind
 * of readers; a few times by default, and 100 times by `npm run test:swaps`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dataset, loadOf, runLoad, startServer, type TestServer, tables } from '../integration/postgres-fixture.js';
import { dump, type Read, Readers, sql } from './table-readers.js';

const SWAPS = Number(process.env.FLEETGEN_SWAPS ?? 2);

const RECORDS = 'SELECT count(*) AS records FROM fleet';
const VEHICLES = 'SELECT count(*) AS vehicles FROM fleet_vehicle';
const BOTH = `SELECT (${RECORDS}) AS records, (${VEHICLES}) AS vehicles`;
const OTHER_WAY_ROUND = `SELECT (${VEHICLES}) AS vehicles, (${RECORDS}) AS records`;

function transaction(first: string, pause: string, second: string, level = 'READ COMMITTED'): Read {
  return sql(`BEGIN ISOLATION LEVEL ${level}; ${first}; SELECT pg_sleep(${pause}); ${second}; COMMIT`);
}

function slow(select: string): Read {
  return sql(`${select}, pg_sleep(2)`);
}

const PATTERNS: Record<string, readonly (readonly [read: Read, sessions: number])[]> = {
  'short reads, and snapshots older than the look at the table': [
    [sql(BOTH), 4],
    [sql(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_sleep(0.05); ${BOTH}; COMMIT`), 4],
  ],
  'two that read the vehicles, pause, and read the records': [[transaction(VEHICLES, '0.3', RECORDS), 2]],
  'three that read the records, pause, and read the vehicles': [[transaction(RECORDS, '0.3', VEHICLES), 3]],
  'four that take the two tables in opposite order': [
    [transaction(VEHICLES, '0.3', RECORDS), 2],
    [transaction(RECORDS, '0.3', VEHICLES), 2],
  ],
  'five busy ones, and snapshots of 0.1 to 4 s': [
    [sql(BOTH), 5],
    [transaction(VEHICLES, '0.1 + 3.9 * random()', RECORDS, 'REPEATABLE READ'), 1],
  ],
  'eight of 2 s each': [[slow(BOTH), 8]],
  'eight of 2 s each, half of which begin with the vehicles': [
    [slow(BOTH), 4],
    [slow(OTHER_WAY_ROUND), 4],
  ],
  'eight of 2 s each that read one table only': [
    [slow(RECORDS), 4],
    [slow(VEHICLES), 4],
  ],
  'dumps of the database, and short reads': [
    [dump(3), 1],
    [sql(BOTH), 2],
  ],
};

describe('swaps', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  for (const [readers, sessions] of Object.entries(PATTERNS)) {
    it(`fail no read and never expose a partial table, under ${readers}`, async (t) => {
      const url = await server.database();
      await runLoad(url, loadOf(dataset(1000)));
      const reading = new Readers();
      t.after(() => reading.end().catch(() => undefined));
      for (const [read, count] of sessions) await reading.begin(url, read, count);
      await reading.haveSeen(1000);
      const sizes = [1000];
      const holds: number[] = [];
      for (let i = 1; i <= SWAPS; i++) {
        const { swap } = await runLoad(url, loadOf(dataset(1000 + i)), { ifExists: 'replace' });
        holds.push(swap!.longestHoldSeconds);
        assert.ok(swap!.holds > 0 && swap!.longestHoldSeconds <= swap!.seconds, JSON.stringify(swap));
        sizes.push(1000 + i);
        await reading.haveSeen(1000 + i);
      }
      await reading.end();
      t.diagnostic(`${SWAPS} of ${SWAPS} swaps; readers queued for at most ${Math.max(...holds)} s`);
      assert.deepEqual([...reading.seen].sort(), sizes);
      assert.deepEqual(
        (await tables(url)).filter((name) => name.includes('__')),
        [],
      );
    });
  }
});
