import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestError } from '../../../src/errors.js';
import { serverError } from '../../../src/sinks/postgres/server-error.js';

describe('a server error', () => {
  const cases: [{ code?: string; message: string; detail?: string }, string, RegExp][] = [
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
      /^what answers at URL is no PostgreSQL: correct host and port$/,
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
    it(`${reported.code ?? reported.message} becomes one line of ${code}`, () => {
      const cause = Object.assign(new Error(reported.message), reported);
      const error = serverError(cause, 'URL');
      assert.equal(error.code, code);
      assert.equal(error.exitCode, 1);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      assert.equal(error.cause, cause);
    });
  }

  it('that was explained already stays as it is', () => {
    const error = requestError('X', 'x');
    assert.equal(serverError(error, 'URL'), error);
  });
});
