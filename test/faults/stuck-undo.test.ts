/** Somebody holds the load's row in the ledger, so that an interrupted load waits with its undo. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CLI } from '../cli/run-cli.js';
import { startServer, type TestServer, value } from '../integration/postgres-fixture.js';

const LOADING = `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'`;
const UNDOING = `SELECT count(*) > 0 FROM pg_locks WHERE NOT granted`;
const UNFINISHED =
  /^fleetgen: stopped before the undo was through: [^\n]*--if-exists resume[^\n]*--if-exists replace\n$/;

describe('an interrupted load that can not be undone', () => {
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
});
