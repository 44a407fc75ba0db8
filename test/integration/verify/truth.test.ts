import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createBatch } from '#src/columns/batch.js';
import { compileCsvWriter, csvHeader } from '#src/encode/csv.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { query, startServer, type TestServer, tables, value } from '../postgres-fixture.js';

const REQUEST = { seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 100, rows: 140_000 };
/** Several shards, made by two threads. */
const OPTIONS: GenerateOptions = { ...REQUEST, workers: 2, truth: true };

/** The canonical CSV of the truth of records from:to, with its header. */
function truthCsv(dataset: Dataset, from: number, to: number): string {
  const source = createRecordSource(dataset, from, to);
  const batch = createBatch(dataset.telemetry, 500);
  const truth = createBatch(dataset.truth, 500);
  const writer = compileCsvWriter(dataset.truth);
  const bytes = new Uint8Array(500 * writer.maxRowBytes);
  let text = csvHeader(dataset.truth);
  while (source.fill(batch, truth) > 0) {
    text += Buffer.from(bytes.subarray(0, writer.write(truth, 0, truth.length, bytes, 0))).toString();
  }
  return text;
}

describe('ground truth in files', () => {
  let folder = '';
  const path = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-truth-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a line for each record, in the same order, and does not change the records', async () => {
    await generate({ ...OPTIONS, to: path('fleet.csv') });
    const expected = truthCsv(planDataset(REQUEST), 0, REQUEST.rows);
    assert.ok((await readFile(path('fleet_truth.csv'), 'utf8')) === expected, 'the truth differs');
    await generate({ ...OPTIONS, truth: false, to: path('plain.csv') });
    assert.ok((await readFile(path('plain.csv'))).equals(await readFile(path('fleet.csv'))), 'the records differ');
    assert.deepEqual((await readdir(folder)).sort(), [
      'fleet.csv',
      'fleet_truth.csv',
      'fleet_vehicle.csv',
      'plain.csv',
      'plain_vehicle.csv',
    ]);
  });

  it('is compressed like the records and limited to the same range', async () => {
    await generate({ ...OPTIONS, range: [60_000, 75_000], to: path('fleet.csv.gz') });
    const expected = truthCsv(planDataset(REQUEST), 60_000, 75_000);
    assert.ok(gunzipSync(await readFile(path('fleet_truth.csv.gz'))).toString() === expected, 'the truth differs');
  });

  it('has only a header if there are no records', async () => {
    const dataset = planDataset(REQUEST);
    for (const header of [true, false]) {
      await generate({ ...OPTIONS, range: [5, 5], to: path('none.csv.gz'), ifExists: 'replace', header });
      const found = gunzipSync(await readFile(path('none_truth.csv.gz'))).toString();
      assert.equal(found, header ? csvHeader(dataset.truth) : '');
    }
  });

  it('is removed when records without it replace them, and refused if it must not be replaced', async () => {
    await generate({ ...OPTIONS, rows: 1000, to: path('fleet.csv') });
    await rm(path('fleet.csv'));
    await rm(path('fleet_vehicle.csv'));
    for (const truth of [true, false]) {
      const again = generate({ ...OPTIONS, rows: 1000, truth, to: path('fleet.csv') });
      await assert.rejects(again, { exitCode: 2, message: /file exists: .*fleet_truth\.csv/ });
    }
    assert.deepEqual(await readdir(folder), ['fleet_truth.csv']);
    await generate({ ...OPTIONS, rows: 1000, truth: false, to: path('fleet.csv'), ifExists: 'replace' });
    assert.deepEqual((await readdir(folder)).sort(), ['fleet.csv', 'fleet_vehicle.csv']);
  });

  it('is rejected for standard output, a pipe and null', async () => {
    for (const to of ['-', 'null']) {
      await assert.rejects(generate({ ...OPTIONS, to }), { exitCode: 2, message: /needs a database or a file/ });
    }
    execFileSync('mkfifo', [path('pipe.csv')]);
    await assert.rejects(generate({ ...OPTIONS, to: path('pipe.csv') }), { exitCode: 2, message: /leave out --truth/ });
  });
});

describe('ground truth in PostgreSQL', () => {
  let server: TestServer;
  let url = '';
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    url = await server.database();
  });
  const load = (changes: GenerateOptions = {}) => generate({ ...OPTIONS, to: url, table: 'fleet', ...changes });
  const count = async (table: string) => Number(await value(url, `SELECT count(*) FROM ${table}`));

  for (const copyFormat of ['csv', 'binary'] as const) {
    it(`has a row for each record, loaded as ${copyFormat}`, async () => {
      await load({ copyFormat });
      const dataset = planDataset(REQUEST);
      const columns = dataset.truth.columns.map(({ name, kind }) =>
        kind === 'fixed' ? `${name}::numeric(9, 6)::text` : `${name}::text`,
      );
      const rows = await query(
        url,
        `SELECT concat_ws(',', ${columns.join(', ')}) AS line FROM fleet_truth ORDER BY record_id`,
      );
      const found = `${csvHeader(dataset.truth)}${rows.map(({ line }) => `${line}\n`).join('')}`;
      assert.ok(found === truthCsv(dataset, 0, REQUEST.rows), 'the truth differs');
      assert.equal(
        await value(url, `SELECT indisprimary FROM pg_index WHERE indexrelid = 'fleet_truth_pkey'::regclass`),
        true,
      );
      const unlike = `SELECT count(*) FROM fleet FULL JOIN fleet_truth USING (record_id)
        WHERE braking_event IS DISTINCT FROM (braking_cause <> 'none') OR clean_risk_label IS DISTINCT FROM risk_label`;
      assert.equal(await value(url, unlike), '0');
      const digests = 'SELECT count(*) FROM fleetgen_shard WHERE truth_digest IS NULL';
      assert.equal(await value(url, digests), '0');
    });
  }

  it('is swapped together with the table, and dropped with it when the next load has none', async () => {
    await load({ rows: 2000 });
    await load({ rows: 3000, ifExists: 'replace' });
    assert.deepEqual([await count('fleet'), await count('fleet_truth')], [3000, 3000]);
    await load({ rows: 1000, ifExists: 'replace', truth: false });
    assert.equal(await count('fleet'), 1000);
    assert.deepEqual(await tables(url), [
      'fleet',
      'fleet_pkey',
      'fleet_vehicle',
      'fleet_vehicle_id_recorded_at_idx',
      'fleet_vehicle_pkey',
    ]);
  });

  it('leaves an unrelated table of the same name alone', async () => {
    await query(url, 'CREATE TABLE fleet_truth (note text)');
    await load({ rows: 1000, truth: false });
    await load({ rows: 2000, truth: false, ifExists: 'replace' });
    assert.equal(await count('fleet_truth'), 0);
    await assert.rejects(load({ table: 'fleet', rows: 1000 }), { exitCode: 2 });
  });

  it('is rejected without its records', async () => {
    await load({ rows: 1000 });
    await query(url, 'DROP TABLE fleet, fleet_vehicle');
    for (const truth of [true, false]) {
      await assert.rejects(load({ rows: 1000, truth }), { exitCode: 2, message: /"fleet_truth" exists/ });
    }
    assert.equal(await count('fleet_truth'), 1000);
  });

  it('is appended with the records, for all of them or none', async () => {
    await load({ range: [0, 70_000] });
    await assert.rejects(load({ range: [70_000, 140_000], ifExists: 'append', truth: false }), {
      exitCode: 2,
      message: /add --truth/,
    });
    await load({ range: [70_000, 140_000], ifExists: 'append' });
    assert.equal(await count('fleet_truth'), 140_000);
    await load({ rows: 1000, table: 'plain', truth: false });
    await assert.rejects(load({ rows: 1000, firstRecordId: 1000, table: 'plain', ifExists: 'append' }), {
      exitCode: 2,
      message: /leave out --truth/,
    });
    assert.equal(await count('plain'), 1000);
  });

  it('is undone with the records when an append is interrupted', async () => {
    await load({ range: [0, 1000] });
    const stop = new AbortController();
    const interrupted = load({
      range: [1000, 140_000],
      ifExists: 'append',
      workers: 1,
      signal: stop.signal,
      onProgress: ({ rows }) => {
        if (rows > 70_000) stop.abort();
      },
    });
    await assert.rejects(interrupted, { code: 'INTERRUPTED' });
    assert.deepEqual([await count('fleet'), await count('fleet_truth')], [1000, 1000]);
  });

  it('is not replaced if it has dependent objects', async () => {
    await load({ rows: 1000 });
    await query(url, 'CREATE VIEW seen AS SELECT * FROM fleet_truth');
    for (const truth of [true, false]) {
      const again = load({ rows: 1000, truth, ifExists: 'replace' });
      await assert.rejects(again, { exitCode: 2, message: /"fleet_truth" would lose .*seen/ });
    }
  });
});

describe('unlogged tables', () => {
  let server: TestServer;
  let url = '';
  before(async () => {
    server = await startServer();
    url = await server.database();
  });
  after(() => server.stop());

  it('are created by --unlogged, until a load without it replaces them', async () => {
    const options = { ...OPTIONS, rows: 1000, to: url, table: 'fleet' };
    const kinds = `SELECT string_agg(DISTINCT relpersistence::text, '') FROM pg_class WHERE relname ~ '^fleet(_|$)'`;
    await generate({ ...options, unlogged: true });
    assert.equal(await value(url, kinds), 'u');
    await generate({ ...options, ifExists: 'replace' });
    assert.equal(await value(url, kinds), 'p');
    const appended = generate({ ...options, firstRecordId: 1000, ifExists: 'append', unlogged: true });
    await assert.rejects(appended, { exitCode: 2, message: /leave out --unlogged/ });
  });
});
