import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { FleetgenError } from '#src/base/errors.js';
import { type ConnectionOptions, connectionOf, displayUrl } from '#src/pg/connection/connection.js';

const folder = mkdtempSync(join(tmpdir(), 'fleetgen-connection-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('a connection URL', () => {
  const good: [string, Partial<ConnectionOptions>][] = [
    ['postgresql://u:p@h:1/d', { host: 'h', port: 1, user: 'u', password: 'p', database: 'd', sslMode: 'prefer' }],
    ['postgres://u@h', { host: 'h', port: 5432, user: 'u', database: 'u' }],
    ['postgresql://h/d', { user: userInfo().username, database: 'd' }],
    ['postgresql://a%40b:p%2Fw%23%25@h/d%20e', { user: 'a@b', password: 'p/w#%', database: 'd e' }],
    ['postgresql://u@[::1]:6/d', { host: '::1', port: 6 }],
    ['postgresql://u@/d?host=/run/pg&port=7', { host: '/run/pg', port: 7, user: 'u', database: 'd' }],
    ['postgresql://%2Frun%2Fpg/d', { host: '/run/pg', database: 'd' }],
    ['postgresql:///d?host=h&user=u&password=p', { host: 'h', user: 'u', password: 'p', database: 'd' }],
    ['postgresql://u@h/d?sslmode=disable&connect_timeout=3', { sslMode: 'disable', connectTimeoutMs: 3000 }],
    ['postgresql://u@h/d?application_name=x&options=-c%20a%3Db', { applicationName: 'x', options: '-c a=b' }],
    ['postgresql://u@h/d?sslmode=require&sslnegotiation=direct', { sslMode: 'require', sslDirect: true }],
    ['postgresql://u@h/d?channel_binding=require', { channelBinding: true }],
    ['postgresql://u@h/d?ssl=true', { sslMode: 'require' }],
    ['postgresql://u@h/d?password=a+b', { password: 'a+b' }],
    ['postgresql://u@h/d?hostaddr=10.0.0.1', { host: 'h', hostAddress: '10.0.0.1' }],
    ['postgresql://u@/d?hostaddr=10.0.0.1', { host: '10.0.0.1', hostAddress: '10.0.0.1' }],
    ['postgresql://u@h/d?sslrootcert=system', { sslMode: 'verify-full' }],
    ['postgresql://u@h/d?ssl_min_protocol_version=TLSv1.3&sslmode=require', { sslMinVersion: 'TLSv1.3' }],
    ['postgresql://u@h/d?target_session_attrs=standby', { sessionAttributes: 'standby' }],
    ['postgresql://u@h/d?keepalives=0', { keepAlive: false }],
    ['postgresql://u@h/d?keepalives_idle=60&keepalives_count=5', { keepAlive: { idle: 60, interval: 10, count: 5 } }],
    [
      'postgresql://u:p,q@h1,h2:7/d',
      { host: 'h1', port: 5432, password: 'p,q', otherHosts: [{ host: 'h2', port: 7, password: 'p,q' }] },
    ],
    ['postgresql://u@[::1]:1,h2:2/d', { host: '::1', port: 1, otherHosts: [{ host: 'h2', port: 2 }] }],
    ['postgresql://u@/d?host=/a,/b&port=9', { host: '/a', port: 9, otherHosts: [{ host: '/b', port: 9 }] }],
    ['host=h port=7 user=u dbname=d', { host: 'h', port: 7, user: 'u', database: 'd' }],
    [
      String.raw`  host = h   user='it\'s \\me' password=a\ b dbname=''`,
      { host: 'h', user: "it's \\me", password: 'a b' },
    ],
    [
      'host=h1,h2 hostaddr=10.0.0.1,10.0.0.2 user=u',
      { host: 'h1', hostAddress: '10.0.0.1', otherHosts: [{ host: 'h2', port: 5432, hostAddress: '10.0.0.2' }] },
    ],
  ];
  for (const [url, wanted] of good) {
    it(`reads ${url}`, () => {
      const found: Record<string, unknown> = { ...connectionOf(url, {}) };
      for (const [name, value] of Object.entries(wanted)) assert.deepEqual(found[name], value, name);
    });
  }

  const bad: [string, RegExp][] = [
    ['postgresql://u:s3cret@h:port/d', /can't be read: write postgresql:/],
    ['postgresql://u:s3cret@h:99999/d', /can't be read/],
    ['postgresql://u:s3#cret@h/d', /can't be read/],
    ['postgresql://u:5#s3cret@h/d', /# .* is written .*%23/],
    ['postgresql://u:s3cret%@h/d', /% .* is written %25/],
    ['postgresql://u:s3cret@h/d?sslmode=on', /sslmode "on" is unknown: use one of disable, allow/],
    ['postgresql://u:s3cret@h/d?port=0', /port "0" is not a whole number from 1 to 65535/],
    ['postgresql://u:s3cret@h/d?color=red', /unknown parameter "color": known are host/],
    ['postgresql://u:s3cret@h/d?sslmode=verify-ca', /needs a private CA/],
    ['postgresql://u:s3cret@h/d?sslmode=verify-full&sslrootcert=/none.pem', /\/none\.pem can't be read/],
    ['postgresql://u:s3cret@h/d?sslnegotiation=direct', /sslnegotiation/],
    ['postgresql://u:s3cret@h/d?sslrootcert=system&sslmode=require', /needs sslmode verify-full, not require/],
    ['postgresql://u:s3cret@h/d?hostaddr=name', /hostaddr "name" is not a valid IP address/],
    ['postgresql://u:s3cret@h1,h2/d?hostaddr=10.0.0.1', /1 values of hostaddr don't fit 2 hosts/],
    ['postgresql://u:s3cret@h1:1,h2:2,h3/d?port=1,2', /2 values of port don't fit 3 hosts/],
    ['postgresql://u:s3cret@h1:x,h2/d', /several hosts are written/],
    [
      'postgresql://u:s3cret@h/d?target_session_attrs=master',
      /target_session_attrs "master" is unknown: use one of any/,
    ],
    ['postgresql://u:s3cret@h/d?channel_binding=on', /channel_binding "on" is unknown/],
    ['postgresql://u:s3cret@h/d?keepalives_idle=-1', /keepalives_idle "-1" is not a whole number/],
    ['host=h password=s3cret color=red', /write KEYWORD=VALUE pairs/],
    ["host=h password='s3cret", /write KEYWORD=VALUE pairs/],
    ['host=h password=s3 cret', /write KEYWORD=VALUE pairs/],
    ['postgresql://u:s3cret@h/d?service=none&servicefile=/none', /service "none" is neither in \/none nor in/],
  ];
  for (const [url, message] of bad) {
    it(`refuses ${url}`, () => {
      assert.throws(
        () => connectionOf(url, { HOME: folder }),
        (error: FleetgenError) => {
          assert.equal(error.exitCode, 2);
          assert.match(error.message, message);
          assert.doesNotMatch(`${error.message} ${error.stack}`, /s3cret|cret@|\n.*s3/);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    });
  }

  it('never shows a part of its password, however it is mistyped', () => {
    const marks = [
      ...'@:/?#&=%+;,[]\\| \'"<>^`{}\t\n\0~!$()*',
      '//',
      '://',
      '%2',
      '%zz',
      '@h/',
      ':1/',
      ':1?',
      ':1#',
      '&x=',
    ];
    const passwords = marks.flatMap((mark) => [
      `hun${mark}ter2`,
      `1${mark}hunter2`,
      `${mark}hunter2`,
      `hunter2${mark}`,
    ]);
    const places = [
      ...[
        'postgresql://u:P@h/d',
        'postgresql://u:P@h:5432/d?sslmode=require',
        'postgres://:P@h',
        'postgresql://u:P@/d?host=/s',
      ],
      ...[
        'postgresql://h/d?user=u&password=P',
        'postgresql://h/d?password=P&sslmode=on',
        'postgresql://h/d?password=P&port=x',
      ],
      ...[
        'postgresql:u:P@h/d',
        'postgresql:/u:P@h/d',
        'postgresql:///u:P@h/d',
        'postgresql://u:P@h@h/d',
        'postgresql://u:P@h:x/d',
      ],
      ...['host=h password=P', "password='P' host=h", 'postgresql://u:P@h1:1,h2:2/d', 'postgresql://u:P@/d?host=/a,/b'],
      ...[
        'postgresql://u:P@[h/d',
        'postgresql://u:P@h1,h2/d',
        'POSTGRESQL://u:P@h/d',
        'postgresql://h/d?color=red&password=P',
      ],
    ];
    let refused = 0;
    for (const place of places) {
      for (const password of passwords) {
        const url = place.replace('P', () => password);
        let said: string;
        try {
          said = displayUrl(connectionOf(url, {}));
        } catch (error) {
          refused++;
          const { message, stack, cause } = error as FleetgenError;
          said = `${message} ${stack} ${cause}`;
          assert.doesNotMatch(message, /\n/);
        }
        assert.doesNotMatch(said, /hun|unter|ter2/, url);
      }
    }
    assert.ok(refused > places.length * passwords.length * 0.2, `${refused}`);
  });

  it('is shown without its password, and can be used again', () => {
    for (const url of [
      'postgresql://u%40:pw@h:1/d%20e',
      'postgresql://u:pw@[::1]:5432/d',
      'postgresql://u@/d?host=/s&port=9',
      'postgresql://u:pw@h1:1,[::1]:2/d',
      'postgresql://u@/d?host=/s,h&port=9',
      'postgresql://u@h1,h2/d?hostaddr=10.0.0.1,10.0.0.2',
    ]) {
      const shown = displayUrl(connectionOf(url, {}));
      assert.doesNotMatch(shown, /pw/);
      const rest = JSON.parse(
        JSON.stringify(connectionOf(url, {}), (key, value) => (key === 'password' ? undefined : value)),
      );
      assert.deepEqual(connectionOf(shown, {}), rest);
    }
  });
});

describe("libpq's environment and files", () => {
  it('has lower precedence than the URL and the service', () => {
    const servicefile = file(
      'service.conf',
      '# comment\n[a]\nhost=x\n\n[b]\nhost = from-service\nport=7\n[c]\nhost=y\n',
    );
    const env = { PGHOST: 'from-env', PGPORT: '8', PGUSER: 'env-user', PGSERVICE: 'b', PGSERVICEFILE: servicefile };
    const c = connectionOf('postgresql:///d?port=6', env);
    assert.deepEqual([c.host, c.port, c.user, c.database], ['from-service', 6, 'env-user', 'd']);
    assert.equal(connectionOf('postgres', { ...env, PGSERVICE: '' }).host, 'from-env');
  });

  const lines = String.raw`# a comment:*:*:*:no
other:*:*:*:wrong
h:5432:d:back\\slash:one\:two
h:1:*:u:three
localhost:5432:*:u:socket
\*:5432:*:u:star
*:*:d:u:last`;
  const cases: [string, string | undefined][] = [
    ['postgresql://back%5Cslash@h/d', 'one:two'],
    ['postgresql://u@h:1/x', 'three'],
    ['postgresql://u@/x?host=/run', 'socket'],
    ['postgresql://u@any/d', 'last'],
    ['postgresql://u@any/e', undefined],
    ['postgresql://u:own@any/d', 'own'],
  ];
  for (const [url, password] of cases) {
    it(`finds the password for ${url}`, () => {
      const env = { PGPASSFILE: file('pass', lines) };
      assert.equal(connectionOf(url, env).password, password);
    });
  }

  it('ignores a password file that others can read', () => {
    assert.equal(
      connectionOf('postgresql://u@h/d', { PGPASSFILE: file('open', '*:*:*:*:pw', 0o644) }).password,
      undefined,
    );
  });

  it('prefers PGPASSWORD to the file', () => {
    const env = { PGPASSWORD: 'env', PGPASSFILE: file('pass2', '*:*:*:*:pw') };
    assert.equal(connectionOf('postgresql://u@h/d', env).password, 'env');
  });
});
