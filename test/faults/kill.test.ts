/**
 * The whole process is killed at random moments, then the load is resumed until it is done: each time the table equals
 * that of an undisturbed load. FLEETGEN_KILLS says how many loads; a few by default.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '#src/run/generate.js';
import { CLI } from '../cli/run-cli.js';
import { query, tableDigest, tables, value } from '../integration/postgres-fixture.js';
import { type FaultyServer, startFaultyServer } from './faulty-server.js';

const LOADS = Number(process.env.FLEETGEN_KILLS ?? 4);
const ROWS = 400_000;

describe('a load whose process is killed', () => {
  let server: FaultyServer;
  let url: string;
  let wanted: unknown[];
  /** Duration of an undisturbed run, for choosing the moments. */
  let wholeMs = 0;
  const digests = (table: string) => Promise.all([table, `${table}_vehicle`].map((name) => tableDigest(url, name)));
  const run = (table: string, ifExists: string) =>
    spawn(
      process.execPath,
      [CLI, 'generate', '--rows', String(ROWS), '--to', url, '--table', table, '--if-exists', ifExists, '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: server.home },
    );

  before(async () => {
    server = await startFaultyServer();
    url = await server.database();
    const started = performance.now();
    await generate({ rows: ROWS, to: url, table: 'undisturbed' });
    wholeMs = performance.now() - started;
    wanted = await digests('undisturbed');
  });
  after(() => server.stop());

  for (let i = 0; i < LOADS; i++) {
    const first = ['resume', 'fail', 'replace'][i % 3]!;
    it(`and resumed ends with the same table (${i + 1}, begun with ${first})`, async () => {
      await query(url, 'DROP TABLE IF EXISTS fleet, fleet_vehicle');
      const before = await readdir(server.home);
      let skipped = 0;
      for (let attempt = 0; ; attempt++) {
        const child = run('fleet', attempt === 0 ? first : 'resume');
        let stdout = '';
        let stderr = '';
        child.stdout.on('data', (piece) => {
          stdout += piece;
        });
        child.stderr.on('data', (piece) => {
          stderr += piece;
        });
        const exit = once(child, 'close');
        // Killed twice, then allowed to finish.
        if (attempt < 2) await Promise.race([exit, sleep(300 + Math.random() * 1.3 * wholeMs)]);
        if (attempt < 2) child.kill('SIGKILL');
        const [code, signal] = (await exit) as [number | null, string | null];
        if (signal === 'SIGKILL') continue;
        assert.equal(code, 0, stderr);
        ({ rowsSkipped: skipped } = JSON.parse(stdout));
        break;
      }
      assert.ok(skipped >= 0 && skipped <= ROWS);
      assert.deepEqual(await digests('fleet'), wanted);
      assert.deepEqual(
        (await tables(url)).filter((name) => name.includes('__')),
        [],
      );
      assert.deepEqual(await readdir(server.home), before);
      const busy = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'`;
      // A backend may take a moment to see that its client is gone.
      for (let tries = 0; tries < 300 && (await value(url, busy)) !== 0; tries++) await sleep(100);
      assert.equal(await value(url, busy), 0);
    });
  }
});
