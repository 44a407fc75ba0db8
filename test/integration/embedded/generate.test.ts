import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CliResult, runCli } from '../../cli/run-cli.js';

const ROWS = 200_000;

describe('generate into the embedded PostgreSQL', () => {
  let home = '';
  const cli = (args: string): Promise<CliResult> =>
    runCli(args.split(' '), { cwd: home, env: { FLEETGEN_HOME: home } });
  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const args = ['db', 'query', '--json', sql];
    const { stdout, stderr, code } = await runCli(args, { cwd: home, env: { FLEETGEN_HOME: home } });
    assert.equal(code, 0, stderr);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const running = async (): Promise<boolean> => JSON.parse((await cli('db status --json')).stdout).running;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetgen-embedded-'));
    await chmod(home, 0o755);
  });
  after(async () => {
    await cli('db reset --yes');
    await rm(home, { recursive: true, force: true });
  });

  it('loads exactly the requested rows, says so, and leaves no server', async () => {
    const { code, stdout, stderr } = await cli(`generate --rows ${ROWS} --json`);
    assert.equal(code, 0, stderr);
    const summary = JSON.parse(stdout);
    assert.equal(summary.rows, ROWS);
    assert.equal(summary.table, 'public.fleet_telemetry');
    assert.match(summary.target, /^postgresql:\/\/[^:]+@127\.0\.0\.1:\d+\//);
    assert.equal(await running(), false);
  });

  it('refuses an existing table, with exit code 2', async () => {
    const { code, stderr } = await cli('generate --rows 1000');
    assert.equal(code, 2);
    assert.match(stderr, /^fleetgen: [^\n]*fleet_telemetry[^\n]*--if-exists[^\n]*\n$/);
  });

  it('replaces the table with the same rows, key, index and vehicles', async () => {
    const digest =
      'SELECT md5(string_agg(t::text, chr(10) ORDER BY record_id)) AS digest, count(*)::int AS rows FROM fleet_telemetry t';
    const [first] = await query(digest);
    assert.equal((await cli(`generate --rows ${ROWS} --if-exists replace --workers 1 --quiet`)).code, 0);
    assert.deepEqual(await query(digest), [first]);
    assert.equal(first?.rows, ROWS);
    const indexes = await query("SELECT count(*)::int AS count FROM pg_indexes WHERE tablename = 'fleet_telemetry'");
    assert.equal(indexes[0]?.count, 2);
    const strangers = await query(
      'SELECT count(*)::int AS count FROM fleet_telemetry LEFT JOIN fleet_telemetry_vehicle v USING (vehicle_id) WHERE v.vehicle_id IS NULL',
    );
    assert.equal(strangers[0]?.count, 0);
  });

  it('takes disjoint ranges one after the other', async () => {
    assert.equal((await cli(`generate --rows ${ROWS} --table parts --range 0:70001`)).code, 0);
    const rest = await cli(`generate --rows ${ROWS} --table parts --range 70001:${ROWS} --if-exists append`);
    assert.equal(rest.code, 0, rest.stderr);
    const rows = await query(
      'SELECT count(*)::int AS differing FROM (TABLE parts EXCEPT ALL TABLE fleet_telemetry) AS d UNION ALL SELECT count(*)::int FROM parts',
    );
    assert.deepEqual(rows, [{ differing: 0 }, { differing: ROWS }]);
    const again = await cli(`generate --rows ${ROWS} --table parts --range 0:10 --if-exists append`);
    assert.equal(again.code, 2);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    await cli('db start');
    const before = await query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1");
    const load = runCli('generate --rows 1e8 --table interrupted'.split(' '), {
      cwd: home,
      env: { FLEETGEN_HOME: home },
      signalWhen: async () => (await query("SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%'")).length > 0,
    });
    const { code, stderr } = await load;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /interrupted: [^\n]+\n$/);
    const left = await query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1");
    assert.deepEqual(left, before);
    await cli('db stop');
  });
});
