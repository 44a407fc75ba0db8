/** A password never appears in any output, error, log, summary or table, whatever fails. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../cli/run-cli.js';
import { query, startServer, type TestServer } from './postgres-fixture.js';

const SECRET = 'Swordfish/1%2?#@x';

describe('a password', () => {
  let server: TestServer;
  let url: URL;
  let folder = '';
  let said = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-secrets-'));
    server = await startServer();
    const admin = await server.database();
    await query(admin, `CREATE ROLE keeper LOGIN PASSWORD '${SECRET}'; GRANT ALL ON SCHEMA public TO keeper`);
    url = new URL(admin);
    url.username = 'keeper';
    url.password = encodeURIComponent(SECRET);
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  const run = async (to: string, more = '', env: Record<string, string> = {}) => {
    const args = ['generate', '--rows', '2000', '--to', to, '--json', '--verbose', '--log-format', 'json'];
    const result = await runCli([...args, ...more.split(' ').filter(Boolean)], { cwd: folder, env });
    said += result.stdout + result.stderr;
    return result.code;
  };
  const changed = (change: (to: URL) => void): string => {
    const to = new URL(url);
    change(to);
    return to.href;
  };

  it('works from the URL, the environment, the password file and a service file', async () => {
    assert.equal(await run(url.href), 0);
    const place = { PGHOST: url.hostname, PGPORT: url.port, PGUSER: 'keeper', PGDATABASE: url.pathname.slice(1) };
    assert.equal(await run('postgres', '--if-exists replace', { ...place, PGPASSWORD: SECRET }), 0);
    const pass = join(folder, 'pass');
    await writeFile(pass, `${url.hostname}:*:*:keeper:${SECRET}\n`, { mode: 0o600 });
    assert.equal(await run('postgres', '--if-exists replace', { ...place, PGPASSFILE: pass }), 0);
    const service = join(folder, 'service');
    await writeFile(
      service,
      `[night]\nhost=${url.hostname}\nport=${url.port}\nuser=keeper\ndbname=${url.pathname.slice(1)}\npassword=${SECRET}\n`,
    );
    const env = { PGSERVICE: 'night', PGSERVICEFILE: service };
    assert.equal(await run('postgres', '--if-exists replace', env), 0);
  });

  it('is required', async () => {
    assert.equal(await run(changed((to) => (to.password = 'wrong-one'))), 1);
    assert.equal(await run(changed((to) => (to.password = ''))), 1);
  });

  it('appears nowhere, even when everything fails', async () => {
    assert.equal(await run(url.href), 2);
    assert.equal(
      await run(
        changed((to) => (to.pathname = '/none')),
        '--if-exists replace',
      ),
      1,
    );
    assert.equal(
      await run(
        changed((to) => (to.port = '1')),
        '--if-exists replace',
      ),
      1,
    );
    assert.equal(
      await run(
        changed((to) => (to.search = 'sslmode=require')),
        '--if-exists replace',
      ),
      1,
    );
    assert.equal(await run(changed((to) => (to.search = 'sslmode=nonsense'))), 2);
    assert.equal(await run(changed((to) => (to.search = 'pasword=x'))), 2);
    assert.equal(await run(url.href.replace('postgresql:', 'mysql:')), 2);
    assert.equal(await run(url.href.replace(encodeURIComponent(SECRET), SECRET)), 2);
    const tables = await query(
      changed(() => {}),
      'SELECT r::text AS row FROM fleetgen_run r',
    );
    said += JSON.stringify(tables);
    const activity = await query(
      changed(() => {}),
      'SELECT a::text AS row FROM pg_stat_activity a',
    );
    said += JSON.stringify(activity);
    assert.ok(said.length > 10_000);
    for (const text of [SECRET, encodeURIComponent(SECRET), 'Swordfish', 'wrong-one']) {
      const at = said.indexOf(text);
      assert.equal(at, -1, said.slice(Math.max(0, at - 200), at + 50));
    }
  });
});
