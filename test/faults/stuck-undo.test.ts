/** Another session locks the load's row in the ledger, so that the undo of an interrupted load waits. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { generate } from '#src/run/generate.js';
import type { RunEvent } from '#src/run/progress/run-events.js';
import { CLI } from '../cli/run-cli.js';
import { startServer, type TestServer, value } from '../integration/postgres-fixture.js';
import { openProxy } from './proxy.js';

const LOADING = `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'`;
const UNDOING = `SELECT count(*) > 0 FROM pg_locks WHERE NOT granted`;
const UNFINISHED =
  /^fleetgen: stopped before the undo was through: [^\n]*--if-exists resume[^\n]*--if-exists replace\n$/;

describe('an interrupted load that cannot be undone', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  for (const again of [false, true]) {
    it(`ends ${again ? 'at the second signal' : 'after a while'} and says what may be left`, async () => {
      const url = await server.database();
      const child = spawn(process.execPath, [CLI, 'generate', '--rows', '1e8', '--to', url], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (piece: string) => {
        stderr += piece;
      });
      const closed = once(child, 'close');
      while (!(await value(url, LOADING))) await sleep(20);
      const holder = new pg.Client(url);
      await holder.connect();
      try {
        await holder.query('BEGIN; SELECT FROM fleetgen_run FOR UPDATE');
        child.kill('SIGTERM');
        while (again && !(await value(url, UNDOING))) await sleep(20);
        if (again) child.kill('SIGINT');
        const [code] = await closed;
        assert.match(stderr, UNFINISHED);
        assert.ok(code === 143 || (again && code === 130), `exit code ${code}`);
      } finally {
        await holder.end();
      }
    });
  }

  for (const [ifExists, left] of [
    ['append', /its rows stay in "public"\."fleet"; finish it with --if-exists resume$/],
    [
      'replace',
      /stays beside "public"\."fleet"; the next load into that drops it, or finish it with --if-exists resume$/,
    ],
  ] as const) {
    it(`says what is left when the server is no longer reachable: ${ifExists}`, async () => {
      const url = await server.database();
      await generate({ rows: 1000, to: url, table: 'fleet' });
      const proxy = await openProxy(Number(new URL(url).port));
      const through = new URL(url);
      through.port = String(proxy.port);
      const stop = new AbortController();
      const load = { rows: 200_000, firstRecordId: 1000, table: 'fleet', workers: 2 };
      const onEvent = ({ kind }: RunEvent) => {
        if (kind !== 'shard') return;
        proxy.close();
        stop.abort();
      };
      const loading = generate({ ...load, to: through.href, ifExists, onEvent, signal: stop.signal });
      await assert.rejects(loading, { code: 'INTERRUPTED', exitCode: 130, message: left });
      const summary = await generate({ ...load, to: url, ifExists: 'resume' });
      assert.ok(summary.rowsSkipped > 0);
      assert.equal(summary.rows + summary.rowsSkipped, load.rows);
    });
  }
});
