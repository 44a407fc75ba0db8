import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checksText } from '#src/doctor/checks-text.js';

it('the checks are lines of at most 80 columns without colours', () => {
  const message = 'no PostgreSQL answers at postgresql://me@127.0.0.1:1/fleet: start it, or correct host and port';
  assert.equal(
    checksText([
      { name: 'node', status: 'ok', message: 'Node.js 24.6.0' },
      { name: 'postgres', status: 'failed', message },
    ]),
    `ok      node      Node.js 24.6.0
failed  postgres  no PostgreSQL answers at postgresql://me@127.0.0.1:1/fleet:
                  start it, or correct host and port
`,
  );
});
