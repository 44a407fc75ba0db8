import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startClis } from '../cli/run-cli.js';
import { query, startServer, type TestServer } from './postgres-fixture.js';

describe('fleetgen doctor --to a server', () => {
  const clis = startClis();
  let server: TestServer;
  let url = '';
  before(async () => {
    server = await startServer();
    url = await server.database();
  });
  after(async () => {
    clis.close();
    await server.stop();
  });

  const found = async (to: string) => {
    const { code, stdout } = await clis.run(['doctor', '--json', '--to', to]);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; message: string }[] };
    const lines = checks
      .filter(({ name }) => name === 'postgres')
      .map(({ status, message }) => `${status}: ${message}`);
    return { code, lines };
  };

  it('says its version, and neither its password nor anything else where nothing is wrong', async () => {
    const { code, lines } = await found(url);
    assert.equal(code, 0);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^ok: PostgreSQL \d+\.\d+ at postgresql:\/\/\w+@127\.0\.0\.1:\d+\/test_1$/);
  });

  it('notes a role that may not create tables, and few checkpoints apart', async () => {
    await query(url, "CREATE ROLE guest LOGIN PASSWORD 'guest'");
    await query(url, "ALTER SYSTEM SET max_wal_size = '1GB'");
    await query(url, 'SELECT pg_reload_conf()');
    const guest = new URL(url);
    guest.username = 'guest';
    guest.password = 'guest';
    const { code, lines } = await found(guest.href);
    assert.equal(code, 0);
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['ok:', 'note:', 'note:'],
    );
    assert.match(lines[1]!, /schema public/);
    assert.match(lines[2]!, /max_wal_size is 1GB/);
  });

  it('fails for a wrong password, in the words of every command', async () => {
    const wrong = new URL(url);
    wrong.password = 'wrong';
    const { code, lines } = await found(wrong.href);
    assert.equal(code, 1);
    assert.match(lines[0]!, /^failed: postgresql:.* refused the password: correct it/);
  });
});
