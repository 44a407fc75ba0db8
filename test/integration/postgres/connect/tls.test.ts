/** TLS as libpq's sslmode names it, against a real server with a certificate of a private authority. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import { query, startServer, type TestServer, value } from '../../postgres-fixture.js';

describe('TLS to PostgreSQL', () => {
  let folder = '';
  let server: TestServer;
  let url = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetgen-tls-'));
    makeAuthority('ca');
    makeAuthority('other');
    server = await startServer();
    url = await server.database();
    await serveTls();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const makeAuthority = (name: string) => {
    const subject = ['-subj', `/CN=${name}`];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...subject,
    );
  };
  /** The server's certificate names localhost, and not 127.0.0.1. */
  const serveTls = async () => {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
      '-subj',
      '/CN=localhost',
    );
    writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', 'server.csr', ...authority, '-extfile', 'names', '-out', 'server.crt');
    const data = String(await value(url, 'SHOW data_directory'));
    const { uid, gid } = statSync(data);
    for (const name of ['server.key', 'server.crt']) {
      copyFileSync(join(folder, name), join(data, name));
      execFileSync('chmod', ['600', join(data, name)]);
      if (process.getuid?.() === 0) chownSync(join(data, name), uid, gid);
    }
    await query(url, 'ALTER SYSTEM SET ssl = on');
    await query(url, 'SELECT pg_reload_conf()');
    while ((await value(url, 'SHOW ssl')) !== 'on');
  };

  /** Whether the session is encrypted; rejects where the connection is refused. */
  const encrypted = async (host: string, parameters: string): Promise<boolean> => {
    const asked = new URL(url);
    asked.hostname = host;
    asked.search = parameters.replaceAll('CA', join(folder, 'ca.crt')).replaceAll('OTHER', join(folder, 'other.crt'));
    const client = await connectClient(connectionOf(asked.href));
    try {
      const result = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return result.rows[0]!.ssl;
    } finally {
      await client.end();
    }
  };

  const accepted: [host: string, parameters: string, ssl: boolean][] = [
    ['localhost', 'sslmode=disable', false],
    ['localhost', 'sslmode=allow', false],
    ['localhost', 'sslmode=prefer', true],
    ['localhost', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=CA', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=CA&sslnegotiation=direct', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=CA&channel_binding=require', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=CA&hostaddr=127.0.0.1', true],
    ['other.invalid', 'sslmode=verify-ca&sslrootcert=CA&hostaddr=127.0.0.1', true],
  ];
  for (const [host, parameters, ssl] of accepted) {
    it(`to ${host} with ${parameters} is ${ssl ? 'encrypted' : 'in the clear'}`, async () => {
      assert.equal(await encrypted(host, parameters), ssl);
    });
  }

  const refused: [host: string, parameters: string, why: RegExp][] = [
    ['127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', /not trusted.*127\.0\.0\.1/],
    ['localhost', 'sslmode=verify-full&sslrootcert=OTHER', /not trusted/],
    ['other.invalid', 'sslmode=verify-full&sslrootcert=CA&hostaddr=127.0.0.1', /not trusted.*other\.invalid/],
    ['localhost', 'sslmode=verify-ca&sslrootcert=OTHER', /not trusted/],
    ['localhost', 'sslmode=require&sslrootcert=OTHER', /not trusted/],
    ['localhost', 'sslmode=verify-full&sslrootcert=system', /not trusted/],
  ];
  for (const [host, parameters, why] of refused) {
    it(`to ${host} with ${parameters} is refused`, async () => {
      await assert.rejects(encrypted(host, parameters), { exitCode: 1, code: 'PG_CERTIFICATE', message: why });
    });
  }

  it('is of a version within the limits', async () => {
    const version = async (parameters: string) => {
      const asked = new URL(url);
      asked.search = `sslmode=require&${parameters}`;
      const client = await connectClient(connectionOf(asked.href));
      const { rows } = await client.query('SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      await client.end();
      return rows[0].version;
    };
    assert.equal(await version('ssl_max_protocol_version=TLSv1.2'), 'TLSv1.2');
    assert.equal(await version('ssl_min_protocol_version=TLSv1.3'), 'TLSv1.3');
  });

  it('is not silently dropped when the server has none', async () => {
    await query(url, 'ALTER SYSTEM SET ssl = off');
    await query(url, 'SELECT pg_reload_conf()');
    while ((await value(url, 'SHOW ssl')) !== 'off');
    await assert.rejects(encrypted('localhost', 'sslmode=require'), { exitCode: 1, code: 'PG_NO_TLS' });
    assert.equal(await encrypted('localhost', 'sslmode=prefer'), false);
  });
});
