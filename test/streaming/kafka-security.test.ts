/** TLS and SASL against a real broker: who is authenticated, and the errors for everyone else. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CliResult } from '../cli/run-cli.js';
import { consume, startStream } from './kafka-fixture.js';
import { type Listener, type SecureBroker, startSecureBroker } from './secure-broker.js';

const USER = { name: 'ann', password: 'correct-horse-7' };
const WRONG = 'battery-staple-9';
const ROWS = 300;
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

let secure: SecureBroker;
before(async () => {
  secure = await startSecureBroker(USER);
});
after(() => secure.stop());

interface Attempt {
  readonly listener: Listener;
  readonly host?: string;
  readonly flags?: readonly string[];
  readonly password?: string;
}

/** A stream of ROWS records into a topic. */
async function attempt(topic: string, { listener, host, flags = [], password }: Attempt): Promise<CliResult> {
  const to = ['--to', secure.url(listener, topic, host), '--create-topic', 'partitions=2'];
  const env = password === undefined ? {} : { FLEETGEN_KAFKA_PASSWORD: password };
  const result = await startStream(['--rows', String(ROWS), ...to, ...flags], env).result;
  for (const secret of [USER.password, WRONG]) {
    assert.ok(!`${result.stdout}${result.stderr}`.includes(secret), 'a password is printed');
  }
  return result;
}

const ca = () => ['--tls-ca', secure.pem('ca.crt')];
const user = (mechanism: string) => ['--sasl', mechanism, '--sasl-user', USER.name];

describe('stream into a broker that requires authentication', () => {
  const welcome: [topic: string, of: () => Attempt][] = [
    ['tls', () => ({ listener: 'TLS', flags: ca() })],
    [
      'client-certificate',
      () => ({
        listener: 'MUTUAL',
        flags: [...ca(), '--tls-cert', secure.pem('client.crt'), '--tls-key', secure.pem('client.key')],
      }),
    ],
    ...MECHANISMS.flatMap((mechanism): typeof welcome => [
      [mechanism, () => ({ listener: 'SASL', flags: user(mechanism), password: USER.password })],
      [
        `${mechanism}-over-tls`,
        () => ({ listener: 'SASL_TLS', flags: [...ca(), ...user(mechanism)], password: USER.password }),
      ],
    ]),
    ['password-file', () => ({ listener: 'SASL', flags: [...user('scram-sha-512'), ...passwordFile()] })],
  ];
  for (const [topic, of] of welcome) {
    it(`delivers by ${topic}`, async () => {
      const { code, stderr } = await attempt(topic, of());
      assert.equal(code, 0, stderr);
      const ids = (await consume(secure.broker, topic)).map(({ value }) => JSON.parse(value).record_id);
      assert.deepEqual(
        ids.sort((a, b) => a - b),
        Array.from({ length: ROWS }, (_, i) => i),
      );
    });
  }

  const refused: [what: string, of: () => Attempt, line: RegExp][] = [
    ...MECHANISMS.map((mechanism): (typeof refused)[number] => [
      `a wrong password (${mechanism})`,
      () => ({ listener: 'SASL_TLS', flags: [...ca(), ...user(mechanism)], password: WRONG }),
      new RegExp(`refused user ann \\(${mechanism}\\): check --sasl, --sasl-user and FLEETGEN_KAFKA_PASSWORD`),
    ]),
    [
      'a user that is unknown',
      () => ({ listener: 'SASL', flags: ['--sasl', 'scram-sha-256', '--sasl-user', 'eve'], password: WRONG }),
      /refused user eve \(scram-sha-256\): check --sasl/,
    ],
    ['no user at all', () => ({ listener: 'SASL' }), /closed the connection: it may need --tls or --sasl, or/],
    ['a CA that only this machine lacks', () => ({ listener: 'TLS', flags: ['--tls'] }), /is not trusted .*--tls-ca/],
    [
      'the CA of someone else',
      () => ({ listener: 'TLS', flags: ['--tls-ca', secure.pem('stranger.crt')] }),
      /is not trusted .*--tls-ca/,
    ],
    [
      'a host that the certificate does not name',
      () => ({ listener: 'TLS', host: '127.0.0.1', flags: ca() }),
      /is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\).*correct the host/,
    ],
    [
      'no client certificate',
      () => ({ listener: 'MUTUAL', flags: ca() }),
      /closed the connection: it may need --sasl or --tls-cert and --tls-key or no TLS/,
    ],
    [
      'no TLS where the broker wants it',
      () => ({ listener: 'TLS' }),
      /closed the connection: it may need --tls or --sasl/,
    ],
    [
      'TLS where the broker speaks none',
      () => ({ listener: 'PLAINTEXT', flags: ca() }),
      /closed the connection: .* no TLS/,
    ],
  ];
  for (const [what, of, line] of refused) {
    it(`reports failed authentication in one line: ${what}`, async () => {
      const { code, stdout, stderr } = await attempt('refused', of());
      assert.equal(code, 1, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^fleetgen: [^\n]+\n$/);
      assert.match(stderr, line);
    });
  }

  it('prints no password in the stack trace either', async () => {
    for (const mechanism of MECHANISMS) {
      const flags = [...ca(), ...user(mechanism), '--verbose'];
      const { code, stderr } = await attempt('refused', { listener: 'SASL_TLS', flags, password: WRONG });
      assert.equal(code, 1);
      assert.match(stderr, /\n +at /);
    }
  });
});

function passwordFile(): string[] {
  const path = join(secure.broker.folder, 'password');
  writeFileSync(path, `${USER.password}\n`, { mode: 0o600 });
  return ['--sasl-password-file', path];
}
