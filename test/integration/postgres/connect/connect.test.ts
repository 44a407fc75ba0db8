import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import { query, startServer, type TestServer, value } from '../../postgres-fixture.js';

describe('connecting to PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
    url = await server.database();
  });
  after(() => server.stop());

  const changed = (change: (url: URL) => void) => {
    const next = new URL(url);
    change(next);
    return next.href;
  };
  const rejects = async (text: string, code: string, message: RegExp) => {
    await assert.rejects(connectClient(connectionOf(text, {})), (error: Error & { code: string; exitCode: number }) => {
      assert.equal(error.code, code);
      assert.equal(error.exitCode, 1);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n|s3cret/);
      return true;
    });
  };

  it('prepares the session', async () => {
    const client = await connectClient(connectionOf(url, {}));
    const show = async (name: string) => Object.values((await client.query(`SHOW ${name}`)).rows[0])[0];
    assert.equal(await show('application_name'), 'fleetgen');
    assert.equal(await show('timezone'), 'UTC');
    assert.equal(await show('statement_timeout'), '0');
    assert.equal(await show('client_connection_check_interval'), '2s');
    await client.end();
  });

  it('overrides time-outs, time zone and isolation level set in the database', async () => {
    const own = await server.database();
    const name = new URL(own).pathname.slice(1);
    await query(
      own,
      `ALTER DATABASE ${name} SET statement_timeout = '10ms'; ALTER DATABASE ${name} SET default_transaction_read_only = on;
       ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'; ALTER DATABASE ${name} SET search_path = ''`,
    );
    const client = await connectClient(connectionOf(own, {}));
    await client.query('BEGIN; SELECT pg_sleep(0.1); CREATE TABLE public.t (a int); COMMIT');
    assert.equal((await client.query('SHOW transaction_isolation')).rows[0].transaction_isolation, 'read committed');
    await client.end();
  });

  it('takes user, password and database from the environment', async () => {
    const at = new URL(url);
    const env = {
      PGHOST: at.hostname,
      PGPORT: at.port,
      PGUSER: at.username,
      PGPASSWORD: at.password,
      PGDATABASE: at.pathname.slice(1),
    };
    const client = await connectClient(connectionOf('postgres', env));
    await client.end();
  });

  it('explains a wrong password', () =>
    rejects(
      changed((u) => (u.password = 's3cret')),
      'PG_PASSWORD',
      /refused the password/,
    ));

  it('explains a missing password', () =>
    rejects(
      changed((u) => (u.password = '')),
      'PG_PASSWORD',
      /asks for a password/,
    ));

  it('explains a missing database', () =>
    rejects(
      changed((u) => (u.pathname = '/nowhere')),
      'PG_NO_DATABASE',
      /database "nowhere" does not exist/,
    ));

  it('explains a server that offers no TLS, and connects without if that is allowed', async () => {
    await rejects(
      changed((u) => (u.search = '?sslmode=require')),
      'PG_NO_TLS',
      /offers no TLS/,
    );
    for (const mode of ['prefer', 'allow', 'disable']) {
      const client = await connectClient(
        connectionOf(
          changed((u) => (u.search = `?sslmode=${mode}`)),
          {},
        ),
      );
      await client.end();
    }
  });

  it('explains that no more connections are available', async () => {
    await query(url, `CREATE ROLE crowd LOGIN PASSWORD 'x' CONNECTION LIMIT 0`);
    const crowd = changed((u) => {
      u.username = 'crowd';
      u.password = 'x';
    });
    await rejects(crowd, 'PG_TOO_MANY_CONNECTIONS', /fewer --workers/);
    assert.equal(await value(url, `SELECT count(*) FROM pg_stat_activity WHERE usename = 'crowd'`), '0');
  });

  it('explains an unreachable address', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    await rejects(
      changed((u) => (u.port = String(port))),
      'PG_UNREACHABLE',
      /no PostgreSQL answers/,
    );
    await rejects(`postgresql://u:s3cret@/db?host=/nowhere`, 'PG_UNREACHABLE', /no PostgreSQL answers/);
  });

  it('explains an unknown host', () =>
    rejects('postgresql://u:s3cret@no-such-host.invalid/db', 'PG_UNREACHABLE', /host .* is not known/));

  it('gives up on an unresponsive server', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await rejects(
      `postgresql://u:s3cret@127.0.0.1:${port}/db?connect_timeout=1&sslmode=disable`,
      'PG_TIMEOUT',
      /did not answer/,
    );
    silent.close();
  });

  it('explains a server that closes the connection', async () => {
    const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const { port } = rude.address() as AddressInfo;
    await rejects(
      `postgresql://u:s3cret@127.0.0.1:${port}/db?sslmode=disable`,
      'PG_CONNECTION_LOST',
      /lost the connection/,
    );
    rude.close();
  });
});
