/**
 * Every fifth of a second one of the load's sessions is ended, whichever it is: from the first look at the place to the
 * swap. The load ends correctly, or stops with a message and continues when it is run again; the tables then equal
 * those of an undisturbed load. FLEETGEN_TERMINATIONS says how many loads; one of each kind by default.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetgenError } from '#src/base/errors.js';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { connect, tableDigest, tables, value } from '../integration/postgres-fixture.js';
import { type FaultyServer, startFaultyServer } from './faulty-server.js';

const LOADS = Number(process.env.FLEETGEN_TERMINATIONS ?? 3);
const ROWS = 400_000;
const EVERY_MS = 200;
/** Then the load is left alone: on a slow machine no index may ever be built between two of them. */
const TIMES = 40;
const TABLES = ['fleet', 'fleet_vehicle', 'fleet_truth'];
const END_ONE = `SELECT count(pg_terminate_backend(pid))::int AS ended FROM (SELECT pid FROM pg_stat_activity
  WHERE datname = $1 AND backend_type = 'client backend' ORDER BY random() LIMIT 1) s`;

describe('a load whose sessions are terminated at random', () => {
  let server: FaultyServer;
  let wanted: unknown[];
  const digests = (url: string) => Promise.all(TABLES.map((table) => tableDigest(url, table)));
  before(async () => {
    server = await startFaultyServer();
    const url = await server.database();
    await generate({ rows: ROWS, truth: true, to: url, table: 'fleet' });
    wanted = await digests(url);
  });
  after(() => server.stop());

  /** Terminates sessions of the database until told to stop; returns how many. */
  const endSessions = (url: string) => {
    let stopped = false;
    const ending = (async () => {
      const client = await connect(server.url);
      let ended = 0;
      for (let time = 0; !stopped && time < TIMES; time++) {
        ended += (await client.query(END_ONE, [new URL(url).pathname.slice(1)])).rows[0].ended;
        await sleep(EVERY_MS);
      }
      await client.end();
      return ended;
    })();
    return async () => {
      stopped = true;
      return await ending;
    };
  };

  for (let i = 0; i < LOADS; i++) {
    const first = (['fail', 'replace', 'resume'] as const)[i % 3]!;
    it(`ends with the tables of an undisturbed load (${i + 1}, begun with ${first})`, async () => {
      const url = await server.database();
      const whole: GenerateOptions = { truth: true, to: url, table: 'fleet', workers: 2 };
      if (first === 'replace') await generate({ ...whole, rows: 1000 });
      let failures = 0;
      const onEvent: GenerateOptions['onEvent'] = ({ kind }) => {
        if (kind === 'retry') failures++;
      };
      const stop = endSessions(url);
      for (let ifExists: GenerateOptions['ifExists'] = first; ; ifExists = first === 'replace' ? first : 'resume') {
        try {
          await generate({ ...whole, rows: ROWS, ifExists, onEvent });
          break;
        } catch (error) {
          failures++;
          assert.ok(error instanceof FleetgenError, String(error));
          assert.equal(error.exitCode, 1);
          assert.match(error.message, /^[^\n]+(run again|run the same command again|--if-exists resume)[^\n]*$/);
        }
      }
      assert.ok((await stop()) > 0);
      assert.ok(failures > 0);
      assert.deepEqual(await digests(url), wanted);
      assert.equal(await value(url, `SELECT sum(rows) FROM fleetgen_shard`), String(ROWS));
      assert.deepEqual(
        (await tables(url)).filter((name) => name.includes('__')),
        [],
      );
    });
  }
});
