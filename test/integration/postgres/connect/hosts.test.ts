/**
 * Which server a connection reaches, and how its session is configured, when libpq's settings give more than a host.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import {
  dataset,
  loadOf,
  query,
  relations,
  runLoad,
  startServer,
  type TestServer,
  value,
} from '../../postgres-fixture.js';

describe('hosts and sessions', () => {
  let server: TestServer;
  let readOnly: TestServer;
  let url: string;
  let readOnlyUrl: string;
  let closedPort: number;
  before(async () => {
    [server, readOnly] = await Promise.all([startServer(), startServer()]);
    url = await server.database();
    readOnlyUrl = await readOnly.database();
    for (const place of [url, readOnlyUrl]) await query(place, `CREATE ROLE someone SUPERUSER LOGIN PASSWORD 'pw'`);
    await query(readOnlyUrl, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await query(readOnlyUrl, 'SELECT pg_reload_conf()');
    while ((await value(readOnlyUrl, 'SHOW default_transaction_read_only')) !== 'on');
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    closedPort = (closed.address() as AddressInfo).port;
    closed.close();
    await once(closed, 'close');
  });
  after(() => Promise.all([server.stop(), readOnly.stop()]));

  const portOf = (text: string) => Number(new URL(text).port);
  const database = () => new URL(url).pathname.slice(1);
  const hosts = (ports: readonly number[], parameters = '') =>
    `postgresql://someone:pw@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${database()}?${parameters}`;
  /** The port of the server that the connection reaches. */
  const reached = async (text: string, env: NodeJS.ProcessEnv = {}) => {
    const client = await connectClient(connectionOf(text, env));
    const { rows } = await client.query('SELECT inet_server_port() AS port');
    await client.end();
    return rows[0].port;
  };
  const setting = async (text: string, name: string) => {
    const client = await connectClient(connectionOf(text, {}));
    const { rows } = await client.query('SELECT current_setting($1) AS value', [name]);
    await client.end();
    return rows[0].value;
  };
  const withParameters = (parameters: Record<string, string>) => {
    const next = new URL(url);
    for (const [name, said] of Object.entries(parameters)) next.searchParams.set(name, said);
    return next.href.replaceAll('+', '%20');
  };

  it('go to hostaddr, in the text and in the environment', async () => {
    const unknown = hosts([portOf(url)]).replace('127.0.0.1', 'no-such-host.invalid');
    assert.equal(await reached(`${unknown}hostaddr=127.0.0.1`), portOf(url));
    assert.equal(await reached(unknown, { PGHOSTADDR: '127.0.0.1' }), portOf(url));
  });

  it('are read from keyword=value pairs', async () => {
    assert.equal(
      await reached(`host=127.0.0.1 port=${portOf(url)} user=someone password='pw' dbname=${database()}`),
      portOf(url),
    );
  });

  it('try each until one answers', async () => {
    assert.equal(await reached(hosts([closedPort, portOf(url), portOf(readOnlyUrl)])), portOf(url));
    assert.equal(await reached(hosts([portOf(readOnlyUrl), portOf(url)])), portOf(readOnlyUrl));
  });

  it('try each until one satisfies target_session_attrs', async () => {
    const both = [portOf(readOnlyUrl), portOf(url)];
    const cases: [string, number][] = [
      ['read-write', portOf(url)],
      ['read-only', portOf(readOnlyUrl)],
      ['primary', portOf(readOnlyUrl)],
      ['prefer-standby', portOf(readOnlyUrl)],
    ];
    for (const [attributes, port] of cases) {
      assert.equal(await reached(hosts(both, `target_session_attrs=${attributes}`)), port, attributes);
    }
    assert.equal(await reached(hosts(both), { PGTARGETSESSIONATTRS: 'read-write' }), portOf(url));
    await assert.rejects(reached(hosts([portOf(readOnlyUrl)], 'target_session_attrs=read-write')), {
      code: 'PG_SESSION_ATTRS',
      message: /is read-only by its settings, and target_session_attrs asks for read-write: name another host$/,
    });
    await assert.rejects(reached(hosts([closedPort, portOf(url)], 'target_session_attrs=standby')), {
      code: 'PG_UNREACHABLE',
      message: /^none of 2 hosts can be used: no PostgreSQL answers at .*; .* is a primary .* asks for standby/,
    });
  });

  it('are not tried further after a rejected password', () =>
    assert.rejects(reached(hosts([portOf(url), portOf(readOnlyUrl)]).replace('pw', 'other')), { code: 'PG_PASSWORD' }));

  it('are the same for all sessions of a load', async () => {
    const text = hosts([closedPort, portOf(readOnlyUrl), portOf(url)], 'target_session_attrs=read-write');
    const result = await runLoad(text, loadOf(dataset(2000)));
    assert.equal(result.target, `postgresql://someone@127.0.0.1:${portOf(url)}/${database()}`);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '2000');
    assert.deepEqual(await relations(readOnlyUrl), []);
  });

  it('ignore environment variables that the connection did not read', async () => {
    const leaks = { PGOPTIONS: '-c search_path=leaked', PGREPLICATION: 'database', PGAPPNAME: 'leaked' };
    Object.assign(process.env, leaks);
    try {
      assert.doesNotMatch(String(await setting(url, 'search_path')), /leaked/);
      assert.equal(await setting(url, 'application_name'), 'fleetgen');
    } finally {
      for (const name of Object.keys(leaks)) delete process.env[name];
    }
  });

  it('keep the settings given in options, and no other limits', async () => {
    const asked = withParameters({ options: '-c statement_timeout=12345 -c lock_timeout=6s' });
    assert.equal(await setting(asked, 'statement_timeout'), '12345ms');
    assert.equal(await setting(asked, 'lock_timeout'), '6s');
    assert.equal(await setting(asked, 'idle_in_transaction_session_timeout'), '0');
    // Settings that would change how the catalogue and the rows are read can't be overridden.
    const odd = withParameters({ options: '-c TimeZone=Asia/Tokyo -c quote_all_identifiers=on' });
    assert.deepEqual([await setting(odd, 'TimeZone'), await setting(odd, 'quote_all_identifiers')], ['UTC', 'off']);
  });

  it('name options that the server rejects, and time-outs that end the session', async () => {
    for (const options of ['-c nonsense=1', '-c work_mem=lots', '-c no.such.thing', '-c statement_timeout=soon'])
      await assert.rejects(setting(withParameters({ options }), 'work_mem'), {
        exitCode: 2,
        code: 'PG_OPTIONS',
        message: /refuses the connection's options \(.+\): correct them in \?options= or PGOPTIONS$/,
      });
    await assert.rejects(
      runLoad(withParameters({ options: '-c transaction_timeout=1' }), loadOf(dataset(3000)), { table: 'unwanted' }),
      { exitCode: 2, code: 'PG_SESSION_TIMEOUT', message: /leave that time-out out of the connection's options/ },
    );
  });

  it('send keep-alive probes as configured', async () => {
    const asked = withParameters({ keepalives_idle: '33', keepalives_interval: '7', keepalives_count: '4' });
    const names = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'];
    assert.deepEqual(await Promise.all(names.map((name) => setting(asked, name))), ['33', '7', '4']);
    assert.deepEqual(await Promise.all(names.map((name) => setting(url, name))), ['10', '10', '3']);
    const system = await value(url, 'SHOW tcp_keepalives_idle');
    assert.equal(await setting(withParameters({ keepalives: '0' }), 'tcp_keepalives_idle'), system);
  });

  it('reject a load if the connection is read-only', async () => {
    const asked = withParameters({ options: '-c default_transaction_read_only=on' });
    await assert.rejects(runLoad(asked, loadOf(dataset(10)), { table: 'unwanted' }), {
      exitCode: 2,
      code: 'PG_READ_ONLY',
      message: /ask for default_transaction_read_only=on, and a load has to write/,
    });
    assert.equal(await value(url, `SELECT to_regclass('unwanted')`), null);
  });

  it('reject a server without channel binding if it is required', () =>
    assert.rejects(reached(withParameters({ channel_binding: 'require' })), {
      code: 'PG_CHANNEL_BINDING',
      message: /offers no channel binding/,
    }));
});
