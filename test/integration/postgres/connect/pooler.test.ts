/** Connection poolers: a real PgBouncer in front of a real server. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import {
  connect,
  dataset,
  loadOf,
  query,
  relations,
  runLoad,
  startServer,
  type TestServer,
  value,
} from '../../postgres-fixture.js';

/** Debian's; PgBouncer refuses to run as root. */
const PGBOUNCER = '/usr/sbin/pgbouncer';
const NOBODY = 65534;

describe('a connection pooler', () => {
  let server: TestServer;
  let url: string;
  let folder: string;
  const poolers: ChildProcess[] = [];
  before(async () => {
    server = await startServer();
    url = await server.database();
    await query(url, `CREATE ROLE loader SUPERUSER LOGIN PASSWORD 'pw'`);
    folder = mkdtempSync(join(tmpdir(), 'fleetgen-pooler-'));
    chmodSync(folder, 0o755);
  });
  after(async () => {
    for (const pooler of poolers) {
      pooler.kill('SIGKILL');
      if (pooler.exitCode === null && pooler.signalCode === null) await once(pooler, 'exit');
    }
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const freePort = async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    return port;
  };
  const direct = () => {
    const at = new URL(url);
    at.username = 'loader';
    at.password = 'pw';
    return at.href;
  };
  /** The URL of a pooler in front of the server. */
  const pooled = async (mode: string, size = 20, more = '') => {
    const at = new URL(direct());
    const port = await freePort();
    const users = join(folder, `users-${port}`);
    writeFileSync(users, '"loader" "pw"\n');
    const settings = join(folder, `pgbouncer-${port}.ini`);
    writeFileSync(
      settings,
      `[databases]\n* = host=127.0.0.1 port=${at.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\n` +
        `unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = ${users}\npool_mode = ${mode}\ndefault_pool_size = ${size}\n${more}\n`,
    );
    const root = process.getuid?.() === 0;
    if (root) for (const file of [users, settings]) chownSync(file, NOBODY, NOBODY);
    const pooler = spawn(PGBOUNCER, [settings], { stdio: 'ignore', ...(root && { uid: NOBODY, gid: NOBODY }) });
    poolers.push(pooler);
    at.port = String(port);
    for (;;) {
      assert.equal(pooler.exitCode, null, 'pgbouncer ended');
      try {
        await (await connect(at.href)).end();
        return at.href;
      } catch {
        await sleep(50);
      }
    }
  };
  const advisoryLocks = () => value(url, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'`);

  for (const size of [20, 1]) {
    it(`in transaction mode is refused, and left as it was, with a pool of ${size}`, async () => {
      const place = await pooled('transaction', size);
      await assert.rejects(runLoad(place, loadOf(dataset(500)), { table: 'unwanted' }), {
        exitCode: 2,
        code: 'PG_POOLER',
        message: new RegExp(`clients share sessions, .* its port ${new URL(url).port} on 127\\.0\\.0\\.1`),
      });
      assert.deepEqual(await relations(url), []);
      assert.equal(await advisoryLocks(), '0');
      const client = await connect(place);
      assert.equal((await client.query('SHOW row_security')).rows[0].row_security, 'on');
      await client.end();
    });
  }

  it('in transaction mode is refused while others use it', async () => {
    const place = await pooled('transaction', 4);
    let busy = true;
    const others = Array.from({ length: 3 }, async () => {
      const client = await connect(place);
      while (busy) await client.query('BEGIN; SELECT pg_sleep(0.003); COMMIT');
      await client.end();
    });
    for (let i = 0; i < 10; i++) await assert.rejects(connectClient(connectionOf(place, {})), { code: 'PG_POOLER' });
    busy = false;
    await Promise.all(others);
  });

  it('in statement mode is refused', async () =>
    assert.rejects(connectClient(connectionOf(await pooled('statement'), {})), { exitCode: 2, code: 'PG_POOLER' }));

  it('in session mode accepts a load', async () => {
    const place = await pooled('session');
    await runLoad(place, loadOf(dataset(1500)), { table: 'by_session' });
    assert.equal(await value(url, 'SELECT count(*) FROM by_session'), '1500');
    const client = await connectClient(connectionOf(place, {}));
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    assert.equal((client as { processID?: number }).processID, rows[0].pid);
    await client.end();
  });

  it('that does not reset sessions between clients is left as it was', async () => {
    const place = await pooled('session', 20, 'server_reset_query =');
    await runLoad(place, loadOf(dataset(1500)), { table: 'not_reset' });
    assert.equal(await advisoryLocks(), '0');
    const client = await connect(place);
    const found = await client.query(`SELECT name FROM pg_settings WHERE source = 'session'`);
    assert.deepEqual(found.rows, []);
    await client.end();
    await runLoad(direct(), loadOf(dataset(600)), { table: 'not_reset', ifExists: 'replace' });
    assert.equal(await value(url, 'SELECT count(*) FROM not_reset'), '600');
  });

  it('without a second free session is reported', async () =>
    assert.rejects(connectClient(connectionOf(await pooled('session', 1), {})), {
      exitCode: 2,
      code: 'PG_POOLER',
      message: /no second free session for 10 s, .*: raise its pool size, or connect to the server itself$/,
    }));

  it('that ignores the requested options is reported', async () => {
    const place = await pooled('session', 20, 'ignore_startup_parameters = options');
    for (const options of ['-c default_transaction_read_only=on', '-c role=loader', '--work-mem=8MB'])
      await assert.rejects(connectClient(connectionOf(`${place}?options=${encodeURIComponent(options)}`, {})), {
        exitCode: 2,
        code: 'PG_POOLER',
        message: /ignores the options asked for \(-.*=\S+\): connect to the server itself$/,
      });
    await (await connectClient(connectionOf(place, {}))).end();
  });

  it('that rejects options is reported instead of a network error', async () => {
    const place = await pooled('session');
    await assert.rejects(connectClient(connectionOf(`${place}?options=-c%20work_mem%3D8MB`, {})), {
      exitCode: 2,
      code: 'PG_POOLER',
      message: /refuses such connections \(unsupported startup parameter: options\): connect to the server itself/,
    });
  });
});
