import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesServer, serverChecks } from '#src/doctor/postgres-checks.js';

const FACTS = { version: '18.4', standby: false, creates: true, walSize: '4GB', wal: String(4 * 2 ** 30) };
const found = (facts: Partial<typeof FACTS>) =>
  serverChecks({ ...FACTS, ...facts }, 'postgresql://me@db/fleet').map(
    ({ status, message }) => `${status}: ${message}`,
  );

describe('the checks of a server', () => {
  it('find nothing wrong with a good one', () => {
    assert.deepEqual(found({}), ['ok: PostgreSQL 18.4 at postgresql://me@db/fleet']);
  });

  it('say what prevents a load, and what slows it down', () => {
    assert.deepEqual(found({ standby: true }), [
      'failed: PostgreSQL 18.4 at postgresql://me@db/fleet is a read-only standby: connect to the primary server',
    ]);
    assert.deepEqual(found({ creates: false, walSize: '1GB', wal: String(2 ** 30) }).slice(1), [
      'note: this role may not create tables in the schema public: grant CREATE on it, or give another --schema',
      'note: max_wal_size is 1GB: with 4GB or more, a large load waits for fewer checkpoints',
    ]);
  });

  it('are made if the environment names a server, not if it only says how to connect', () => {
    assert.equal(namesServer({ PGHOST: 'db' }), true);
    assert.equal(namesServer({ PGSERVICE: 'fleet' }), true);
    assert.equal(namesServer({ PGHOST: '', PGSSLMODE: 'require', PATH: '/bin' }), false);
  });
});
