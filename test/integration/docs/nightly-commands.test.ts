/** docs/nightly.md: its commands and its SQL do what the page says, on a real server. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { blockOf } from '../../docs/markdown.js';
import {
  beginLoad,
  connect,
  dataset,
  loadOf,
  query,
  runLoad,
  startServer,
  type TestServer,
  tableDigest,
  tables,
  value,
} from '../postgres-fixture.js';
import { createReader, type Reader, smaller } from './document-fixture.js';

const PAGE = 'docs/nightly.md';
const TABLE = { table: 'fleet_telemetry' };
const INDEXES = `SELECT indexrelid::regclass::text AS name FROM pg_index
  WHERE indrelid IN ('fleet_telemetry'::regclass, 'fleet_telemetry_vehicle'::regclass) ORDER BY 1`;
const OLD = /__old_[0-9a-f]{8}$/;

describe('docs/nightly.md', () => {
  let server: TestServer;
  let reader: Reader;
  let url: string;
  before(async () => {
    server = await startServer();
    reader = await createReader();
  });
  after(async () => {
    await server.stop();
    await reader.remove();
  });
  beforeEach(async () => {
    url = await server.database();
    await reader.useDatabase(url);
  });
  const succeeds = async (command: string) => {
    const { code, stdout, stderr } = await reader.shell(command);
    assert.equal(code, 0, stderr);
    return stdout + stderr;
  };
  const olds = async () => (await tables(url)).filter((name) => OLD.test(name));

  const nightly = smaller(blockOf(PAGE, 'bash', 'A table that is rebuilt every night'), {
    '--vehicles 500': '--vehicles 3',
    '--days 30': '--days 2',
  });
  const kept = blockOf(PAGE, 'sql', 'Going back to a kept table', '-- The kept tables');
  const back = blockOf(PAGE, 'sql', 'Going back to a kept table', '-- One replacement back');

  it('rebuilds the table every night and verifies it', async () => {
    await succeeds(nightly);
    const first = await value(url, 'SELECT min(recorded_at) FROM fleet_telemetry');
    const events = await succeeds(smaller(nightly, { 'today-31d': 'today-30d' }));
    assert.ok(
      events
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)).length > 0,
    );
    const second = await value(url, 'SELECT min(recorded_at) FROM fleet_telemetry');
    assert.ok((second as Date) > (first as Date));
    assert.match(
      await succeeds(blockOf(PAGE, 'bash', 'When it fails')),
      /records compared: 0 changed, 0 missing, 0 extra/,
    );
  });

  it('lists the kept tables with their dates and restores them one by one', async () => {
    const digests: unknown[] = [];
    for (const days of [33, 32, 31]) {
      await succeeds(smaller(nightly, { 'today-31d': `today-${days}d`, '--keep-previous 1': '--keep-previous 2' }));
      digests.push(await tableDigest(url, 'fleet_telemetry'));
    }
    const indexes = await query(url, INDEXES);
    const finished = await query(url, 'SELECT finished_at AS replaced_at FROM fleetgen_run ORDER BY 1 DESC LIMIT 2');
    const listed = await query(url, kept);
    assert.deepEqual(
      listed.map(({ replaced_at }) => ({ replaced_at })),
      finished,
    );
    assert.deepEqual(await Promise.all(listed.map(({ kept: name }) => tableDigest(url, String(name)))), [
      digests[1],
      digests[0],
    ]);
    for (const digest of [digests[1], digests[0]]) {
      await query(url, back);
      assert.equal(await tableDigest(url, 'fleet_telemetry'), digest);
      assert.deepEqual(await query(url, INDEXES), indexes);
      assert.match(await succeeds('fleetgen verify --from postgres --table fleet_telemetry'), / 0 changed, 0 missing/);
    }
    assert.deepEqual(await olds(), []);
    assert.deepEqual(await query(url, kept), []);

    const before = await tables(url);
    await assert.rejects(query(url, back), /fleet_telemetry__old_[0-9a-f]{8}" does not exist/);
    assert.deepEqual(await tables(url), before);
    assert.equal(await tableDigest(url, 'fleet_telemetry'), digests[0]);
    // The next night treats it like any other table, and keeps it.
    await succeeds(nightly);
    assert.equal(await tableDigest(url, 'fleet_telemetry'), digests[2]);
    assert.equal((await olds()).length, 2);
  });

  it('restores a table over one with ground truth, but not while a reader holds it', async () => {
    for (const days of [32, 31])
      await succeeds(`${smaller(nightly, { 'today-31d': `today-${days}d` }).trimEnd()} --truth`);
    const [{ kept: name }] = (await query(url, kept)) as [{ kept: string }];
    const wanted = await tableDigest(url, name.replace('fleet_telemetry', 'fleet_telemetry_truth'));
    const holder = await connect(url);
    await holder.query('BEGIN; SELECT FROM fleet_telemetry_vehicle LIMIT 1');
    await assert.rejects(query(url, back), /lock timeout/);
    assert.equal((await olds()).length, 3);
    const ready = connect(url);
    const going = query(url, smaller(back, { "'2s'": "'60s'" }));
    const reader = await ready;
    // This one waits behind the change, and then has to find the table that now has the name.
    while ((await value(url, `SELECT count(*)::int FROM pg_locks WHERE NOT granted`)) === 0);
    const read = reader.query('SELECT count(*) FROM fleet_telemetry');
    await holder.query('COMMIT');
    await going;
    assert.ok(Number((await read).rows[0].count) > 0);
    await Promise.all([holder.end(), reader.end()]);
    assert.equal(await tableDigest(url, 'fleet_telemetry_truth'), wanted);
    assert.deepEqual(await olds(), []);
    assert.match(
      await succeeds('fleetgen verify --from postgres --table fleet_telemetry --truth'),
      / 0 changed, 0 missing/,
    );
  });

  it('restores a table whose load can be repeated, and one without ground truth', async () => {
    const of = (days: number) =>
      smaller(nightly, { 'today-31d': `today-${days}d`, '--keep-previous 1': '--keep-previous 2' });
    const again = (days: number) =>
      of(days)
        .replace('--if-exists replace', '--if-exists resume')
        .replace(/ --keep-previous \d/, '');
    for (const command of [of(36), of(35), `${of(34).trimEnd()} --truth`]) await succeeds(command);
    const count = async () => Number(await value(url, 'SELECT count(*) FROM fleet_telemetry'));
    await query(url, back);
    const rows = await count();
    assert.equal(await value(url, "SELECT to_regclass('fleet_telemetry_truth')"), null);
    await succeeds(again(35));
    assert.equal(await count(), rows);
    // For the one before that, the ledger no longer has shards.
    await query(url, back);
    const { code, stderr } = await reader.shell(again(36));
    assert.match(
      stderr,
      /holds a load whose shards the ledger no longer knows .*: there is nothing to resume; verify says/,
    );
    assert.equal(code, 2);
    assert.match(await succeeds('fleetgen verify --from postgres --table fleet_telemetry'), / 0 changed, 0 missing/);
  });

  it('has an alert that is correct for a fresh, a stale, a never finished and a running load', async () => {
    const late = () => value(url, blockOf(PAGE, 'sql', 'Alerts'));
    await assert.rejects(late(), { code: '42P01' });
    const failed = await beginLoad(url, loadOf(dataset(1000)), { ...TABLE, ifExists: 'fail' });
    assert.equal(await late(), true, 'the first is running');
    await failed.abort();
    assert.equal(await late(), true, 'none ever succeeded');
    await runLoad(url, loadOf(dataset(1000)), TABLE);
    assert.equal(await late(), false, 'fresh');
    const running = await beginLoad(url, loadOf(dataset(1000)), { ...TABLE, ifExists: 'replace' });
    assert.equal(await late(), false, 'the next is running');
    await query(url, `UPDATE fleetgen_run SET finished_at = now() - interval '27 hours' WHERE state = 'done'`);
    assert.equal(await late(), true, 'the next is running, and the last was long ago');
    await running.abort();
    assert.equal(await late(), true, 'stale');
    await runLoad(url, loadOf(dataset(1000)), { ...TABLE, ifExists: 'replace' });
    assert.equal(await late(), false, 'fresh again');
    await runLoad(url, loadOf(dataset(500)), { table: 'other' });
    await query(url, `UPDATE fleetgen_run SET finished_at = now() - interval '27 hours' WHERE table_name <> 'other'`);
    assert.equal(await late(), true, 'another table does not count');
  });

  it('is right that resume rebuilds nothing that is complete', async () => {
    await succeeds(nightly);
    const again = smaller(nightly, { 'replace --keep-previous 1': 'resume' });
    const runs = await query(url, 'TABLE fleetgen_run');
    await succeeds(again);
    assert.deepEqual(
      await query(url, 'SELECT state, finished_at FROM fleetgen_run'),
      runs.map(({ state, finished_at }) => ({ state, finished_at })),
    );
    const { code, stderr } = await reader.shell(smaller(again, { 'today-31d': 'today-30d' }));
    assert.equal(code, 2, stderr);
  });

  it('loads ranges from several machines into one table', async () => {
    const commands = smaller(blockOf(PAGE, 'bash', 'Several machines'), {
      '1000000000': '20000',
      '500000000': '9000',
      '1e9': '2e4',
    });
    assert.equal(commands.match(/^fleetgen/gm)!.length, 2);
    await succeeds(`set -e\n${commands.replaceAll(/ +#.*$/gm, ' &')}\nwait -n\nwait -n`);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet_telemetry'), '20000');
    assert.equal((await query(url, INDEXES)).length, 3);
  });
});
