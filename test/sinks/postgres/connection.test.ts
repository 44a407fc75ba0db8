import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { FleetgenError } from '../../../src/errors.js';
import {
  type ConnectionOptions,
  connectionFromEnvironment,
  connectionFromUrl,
  displayUrl,
} from '../../../src/sinks/postgres/connection.js';

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
  ];
  for (const [url, wanted] of good) {
    it(`reads ${url}`, () => {
      const found: Record<string, unknown> = { ...connectionFromUrl(url, {}) };
      for (const [name, value] of Object.entries(wanted)) assert.equal(found[name], value, name);
    });
  }

  const bad: [string, RegExp][] = [
    ['postgresql://u:s3cret@h:port/d', /can't be read: write postgresql:/],
    ['postgresql://u:s3cret@h:99999/d', /can't be read/],
    ['postgresql://u:s3#cret@h/d', /can't be read/],
    ['postgresql://u:5#s3cret@h/d', /# .* is written .*%23/],
    ['postgresql://u:s3cret%@h/d', /% .* is written %25/],
    ['postgresql://u:s3cret@h1,h2/d', /several hosts/],
    ['postgresql://u:s3cret@h/d?sslmode=on', /sslmode "on" is unknown: use one of disable, allow/],
    ['postgresql://u:s3cret@h/d?port=0', /port "0" is not a whole number from 1 to 65535/],
    ['postgresql://u:s3cret@h/d?color=red', /unknown parameter "color": known are host/],
    ['postgresql://u:s3cret@h/d?sslmode=verify-ca', /needs a private CA/],
    ['postgresql://u:s3cret@h/d?sslmode=verify-full&sslrootcert=/none.pem', /\/none\.pem can't be read/],
    ['postgresql://u:s3cret@h/d?sslnegotiation=direct', /sslnegotiation/],
    ['postgresql://u:s3cret@h/d?service=none&servicefile=/none', /service "none" is neither in \/none nor in/],
  ];
  for (const [url, message] of bad) {
    it(`refuses ${url}`, () => {
      assert.throws(
        () => connectionFromUrl(url, { HOME: folder }),
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

  it('gives no piece of its password away, however it is mistyped', () => {
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
          said = displayUrl(connectionFromUrl(url, {}));
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
    ]) {
      const shown = displayUrl(connectionFromUrl(url, {}));
      assert.doesNotMatch(shown, /pw/);
      const { password: _, ...rest } = connectionFromUrl(url, {});
      assert.deepEqual(connectionFromUrl(shown, {}), rest);
    }
  });
});

describe("libpq's environment and files", () => {
  it('comes after the URL and the service', () => {
    const servicefile = file(
      'service.conf',
      '# comment\n[a]\nhost=x\n\n[b]\nhost = from-service\nport=7\n[c]\nhost=y\n',
    );
    const env = { PGHOST: 'from-env', PGPORT: '8', PGUSER: 'env-user', PGSERVICE: 'b', PGSERVICEFILE: servicefile };
    const c = connectionFromUrl('postgresql:///d?port=6', env);
    assert.deepEqual([c.host, c.port, c.user, c.database], ['from-service', 6, 'env-user', 'd']);
    assert.equal(connectionFromEnvironment({ ...env, PGSERVICE: '' }).host, 'from-env');
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
      assert.equal(connectionFromUrl(url, env).password, password);
    });
  }

  it('ignores a password file that others can read', () => {
    assert.equal(
      connectionFromUrl('postgresql://u@h/d', { PGPASSFILE: file('open', '*:*:*:*:pw', 0o644) }).password,
      undefined,
    );
  });

  it('prefers PGPASSWORD to the file', () => {
    const env = { PGPASSWORD: 'env', PGPASSFILE: file('pass2', '*:*:*:*:pw') };
    assert.equal(connectionFromUrl('postgresql://u@h/d', env).password, 'env');
  });
});
