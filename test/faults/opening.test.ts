/**
 * Interruptions while a run opens its target and starts its threads: at any moment, nothing is left. FLEETGEN_SIGNALS
 * says how many signals; a few by default.
 */
import assert from 'node:assert/strict';
import { watch } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from '#src/run/generate.js';
import { runCli } from '../cli/run-cli.js';
import { startServer, type TestServer, tables, value } from '../integration/postgres-fixture.js';

const SIGNALS = Number(process.env.FLEETGEN_SIGNALS ?? 12);
/** From the first file to the threads' first rows. */
const DELAYS_MS = [0, 0, 1, 2, 5, 10, 20, 50, 100, 200, 400, 800];

describe('a run into a file that is interrupted while opening', () => {
  for (let i = 0; i < SIGNALS; i++) {
    const delay = DELAYS_MS[i % DELAYS_MS.length]!;
    it(`leaves nothing, ${delay} ms after its first file appears (${i + 1})`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fleetgen-opening-'));
      const first = new Promise<void>((resolve) => {
        const watcher = watch(folder, () => {
          watcher.close();
          void sleep(delay).then(resolve);
        });
      });
      try {
        const args = ['generate', '--rows', '1e7', '--truth', '--workers', '2', '--to', join(folder, 'a.csv')];
        const { code, stderr } = await runCli(args, { signalWhen: () => first.then(() => true) });
        assert.equal(code, 130, stderr);
        assert.match(stderr, /^fleetgen: interrupted: no file of this run is left, [^\n]+\n$/);
        assert.deepEqual(await readdir(folder), []);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

describe('a load into a database that is stopped while opening', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  for (const ifExists of ['fail', 'append', 'resume'] as const) {
    it(`leaves no table and no running run with ${ifExists}, at any moment`, async () => {
      const to = await server.database();
      for (const delay of DELAYS_MS.slice(1)) {
        const stop = new AbortController();
        const range = ifExists === 'append' ? ([0, 400_000] as const) : undefined;
        const loading = generate({ rows: 500_000, to, ifExists, signal: stop.signal, ...(range && { range }) });
        loading.catch(() => undefined);
        await sleep(delay);
        stop.abort();
        await assert.rejects(loading, { code: 'INTERRUPTED' });
        const left = await tables(to);
        if ((await value(to, `SELECT to_regclass('fleetgen_run')::text`)) === null) assert.deepEqual(left, []);
        else {
          const running = await value(to, `SELECT count(*)::int FROM fleetgen_run WHERE state = 'running'`);
          const kept = await value(to, 'SELECT count(*)::int FROM fleetgen_shard');
          // With resume, what is committed is kept.
          if (kept === 0) assert.deepEqual([running, left], [0, []]);
          else assert.equal(ifExists, 'resume');
        }
      }
    });
  }
});
