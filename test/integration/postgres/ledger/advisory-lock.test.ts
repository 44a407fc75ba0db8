/** Locks that keep loads apart, between sessions of a real server. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type pg from 'pg';
import {
  findRunSession,
  type LockMode,
  lockRun,
  lockTable,
  tryLockTable,
  unlockTable,
} from '#src/sinks/postgres/ledger/advisory-lock.js';
import { connect, startServer, type TestServer } from '../../postgres-fixture.js';

const FLEET = { schema: 'public', table: 'fleet' };
const BUSY = { code: 'PG_BUSY', exitCode: 1 };
const LONG_MS = 60_000;

describe('the lock', () => {
  let server: TestServer;
  let one: pg.Client;
  let other: pg.Client;
  before(async () => {
    server = await startServer();
    const url = await server.database();
    [one, other] = await Promise.all([connect(url), connect(url)]);
    await one.query("SET application_name = 'first load'");
  });
  after(async () => {
    await Promise.all([one.end(), other.end()]);
    await server.stop();
  });
  afterEach(async () => {
    for (const client of [one, other]) await client.query('SELECT pg_advisory_unlock_all()');
  });

  const modes: [held: LockMode, wanted: LockMode, free: boolean][] = [
    ['exclusive', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['shared', 'exclusive', false],
    ['shared', 'shared', true],
  ];
  for (const [held, wanted, free] of modes) {
    it(`of a table that is held ${held} ${free ? 'can' : "can't"} be taken ${wanted}, until it is given back`, async () => {
      await lockTable(one, FLEET, 0, held);
      const take = () => lockTable(other, FLEET, 0, wanted);
      await (free ? take() : assert.rejects(take, BUSY));
      await unlockTable(one, FLEET, held);
      await take();
    });
  }

  it('of a table is taken alone unless said otherwise', async () => {
    await lockTable(one, FLEET, 0);
    await assert.rejects(lockTable(other, FLEET, 0, 'shared'), BUSY);
  });

  it('of a table is that of its name and schema', async () => {
    await lockTable(one, FLEET, 0);
    assert.equal(await tryLockTable(other, FLEET), false);
    assert.equal(await tryLockTable(other, { ...FLEET, table: 'fleet2' }), true);
    assert.equal(await tryLockTable(other, { ...FLEET, schema: 'other' }), true);
    await assert.rejects(lockTable(one, { ...FLEET, schema: 'other' }, 0), BUSY);
  });

  it('of a table is waited for', async () => {
    await lockTable(one, FLEET, 0);
    const taken = lockTable(other, FLEET, LONG_MS);
    // Comes after its first try.
    await other.query('SELECT 1');
    await unlockTable(one, FLEET, 'exclusive');
    await taken;
    assert.equal(await tryLockTable(one, FLEET), false);
  });

  it('is refused with the session that holds it', async () => {
    await lockTable(one, FLEET, 0);
    const { rows } = await one.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const holder = String.raw`backend ${rows[0]!.pid}, first load from \S+( local socket)?, since \d{4}-\S+ \S+ UTC`;
    await assert.rejects(lockTable(other, FLEET, 0), {
      ...BUSY,
      message: new RegExp(String.raw`^another load into "public"\."fleet" is in progress \(${holder}\): wait`),
    });
    await lockRun(one, 'abc', 0);
    await assert.rejects(lockRun(other, 'abc', 0), {
      ...BUSY,
      message: new RegExp(String.raw`^this very load is in progress \(${holder}\): wait`),
    });
  });

  it('of a run tells others who works on it', async () => {
    assert.equal(await findRunSession(other, 'abc'), null);
    await lockRun(one, 'abc', 0);
    assert.match((await findRunSession(other, 'abc')) ?? '', /^backend \d+, first load from /);
    assert.equal(await findRunSession(one, 'abc'), null);
    assert.equal(await findRunSession(other, 'abcd'), null);
    await lockRun(other, 'abcd', 0);
  });
});
