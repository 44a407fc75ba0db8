import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestError } from '#src/base/errors.js';
import { isTransient, serverError } from '#src/pg/server-error.js';

describe('a server error', () => {
  const cases: [{ code?: string; message: string; detail?: string; routine?: string }, string, RegExp][] = [
    [{ code: 'ECONNREFUSED', message: '' }, 'PG_UNREACHABLE', /^no PostgreSQL answers at URL/],
    [{ code: 'ECONNRESET', message: 'read ECONNRESET' }, 'PG_CONNECTION_LOST', /^lost the connection to URL/],
    [
      { code: '53100', message: 'could not extend file "x": No space left on device' },
      'PG_DISK_FULL',
      /disk of URL is full/,
    ],
    [
      { code: 'EHOSTUNREACH', message: 'connect EHOSTUNREACH 10.0.0.1:5432' },
      'PG_UNREACHABLE',
      /^can't reach URL \(host is unreachable\): check the address and the network$/,
    ],
    [
      { message: 'There was an error establishing an SSL connection' },
      'PG_UNREACHABLE',
      /^the server at URL is not PostgreSQL: correct host and port$/,
    ],
    [
      { code: 'XX000', message: 'could not extend file "x" with FileFallocate(): File too large' },
      'PG_FILE_LIMIT',
      /a file of URL .*raise the limit/,
    ],
    [
      { code: '42501', message: 'permission denied for table x' },
      'PG_PERMISSION',
      /^permission denied for table x at URL/,
    ],
    [
      { code: '28000', routine: 'InitializeSessionUserId', message: 'role "r" is not permitted to log in' },
      'PG_REFUSED',
      /^URL refused the connection \(role "r" is not permitted to log in\): have it granted with ALTER ROLE/,
    ],
    [
      { code: '55000', routine: 'CheckMyDatabase', message: 'database "d" is not currently accepting connections' },
      'PG_REFUSED',
      /^database "d" is not .* at URL: have its owner run ALTER DATABASE \.\.\. ALLOW_CONNECTIONS true/,
    ],
    [{ code: '55000', message: 'something else' }, 'PG_FAILED', /^URL reported: something else \(SQLSTATE 55000\)$/],
    [{ code: '25006', message: 'cannot execute X in a read-only transaction' }, 'PG_READ_ONLY', /primary/],
    [{ code: '57P01', message: 'terminating connection' }, 'PG_CONNECTION_LOST', /terminating connection/],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' }, 'PG_CERTIFICATE', /sslrootcert/],
    [{ message: 'Connection terminated unexpectedly' }, 'PG_CONNECTION_LOST', /lost the connection/],
    [
      { code: '23505', message: 'dup\nmore', detail: 'Key (a)=(1) exists.' },
      'PG_FAILED',
      /dup \(Key \(a\)=\(1\) exists\.\) \(SQLSTATE 23505\)$/,
    ],
  ];
  for (const [reported, code, message] of cases) {
    it(`${reported.code ?? reported.message} becomes one line with code ${code}`, () => {
      const cause = Object.assign(new Error(reported.message), reported);
      const error = serverError(cause, 'URL');
      assert.equal(error.code, code);
      assert.equal(error.exitCode, 1);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      assert.equal(error.cause, cause);
    });
  }

  it('names the missing grant on a database', () => {
    const cause = { code: '42501', routine: 'CheckMyDatabase', message: 'permission denied for database "d"' };
    assert.match(
      serverError(cause, 'postgresql://us%20er@h:1/d').message,
      /have its owner run GRANT CONNECT ON DATABASE "d" TO "us er"; or connect as another user$/,
    );
  });

  it('about the requested options is an invalid request', () => {
    for (const [code, routine] of [
      ['42704', 'find_option'],
      ['22023', 'parse_and_validate_value'],
      ['42601', 'process_postgres_switches'],
    ] as const) {
      const error = serverError({ code, routine, message: 'no such thing' }, 'URL');
      assert.deepEqual([error.code, error.exitCode], ['PG_OPTIONS', 2]);
    }
    assert.equal(serverError({ code: '42704', routine: 'typenameType', message: 'no type' }, 'URL').code, 'PG_FAILED');
    for (const code of ['25P03', '25P04', '57P05']) {
      const error = serverError({ code, message: 'time is up' }, 'URL');
      assert.deepEqual([error.code, error.exitCode], ['PG_SESSION_TIMEOUT', 2]);
    }
  });

  it('is retried only if it is transient', () => {
    const retried = (code: string) => isTransient(serverError({ code, message: 'x' }, 'URL'));
    for (const code of [
      '57014',
      '40001',
      '40P01',
      '55P03',
      '57P01',
      '57P03',
      '53300',
      'ECONNRESET',
      'ECONNREFUSED',
      '08006',
    ])
      assert.equal(retried(code), true, code);
    for (const code of ['53100', '42501', '28P01', '25006', '23505', '22P05', '25P04', '42704'])
      assert.equal(retried(code), false, code);
  });

  it('that is already a FleetgenError is unchanged', () => {
    const error = requestError('X', 'x');
    assert.equal(serverError(error, 'URL'), error);
  });
});
