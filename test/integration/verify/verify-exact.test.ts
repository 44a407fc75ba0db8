import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { to as copyTo } from 'pg-copy-streams';
import { compilePgBinaryWriter } from '#src/encode/pgbinary.js';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import { planDataset } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { checkTable, sampled } from '#src/verify/exact/check-table.js';
import { equalDigests } from '#src/verify/exact/compare/compare-digests.js';
import { countAllDifferences, type Findings } from '#src/verify/exact/findings.js';
import { findingsText } from '#src/verify/exact/findings-text.js';
import { partsFromLedger } from '#src/verify/exact/rows/parts-from-ledger.js';
import { RECORD_KEY } from '#src/verify/exact/rows/row-key.js';
import { simulatedRows } from '#src/verify/exact/rows/simulated-rows.js';
import { counts } from '../../verify/counts.js';
import { query, startServer, type TestServer, value } from '../postgres-fixture.js';

const ROWS = 150_000;
const ref = { schema: 'public', table: 'fleet' };
const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });

describe('a table compared with the simulation', () => {
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
    url = await server.database();
    await generate({ rows: ROWS, to: url, table: 'fleet' });
  });
  after(() => server.stop());

  const check = (parts = [{ dataset, from: 0, to: ROWS }], sample = 1) =>
    checkTable({ connection: connectionOf(url), ref, parts, sample, workers: 2 });
  /** The findings after a change to some of these records, which is then rolled back. */
  const afterwards = async (change: string, ids: readonly number[]): Promise<Findings> => {
    await query(url, `CREATE TABLE kept AS SELECT * FROM fleet WHERE record_id IN (${ids}); ${change}`);
    try {
      return await check();
    } finally {
      await query(
        url,
        `DELETE FROM fleet WHERE record_id IN (${ids}) OR record_id NOT BETWEEN 0 AND ${ROWS - 1};
         INSERT INTO fleet TABLE kept; DROP TABLE kept`,
      );
    }
  };

  it('is equal, whether the dataset is given or known from the ledger', async () => {
    assert.deepEqual(counts(await check()), [ROWS, 0, 0, 0, 0]);
    const parts = await partsFromLedger(connectionOf(url), ref, undefined);
    assert.deepEqual(
      parts.map(({ from, to, dataset: found }) => [from, to, found.scenarioHash]),
      [[0, ROWS, dataset.scenarioHash]],
    );
    assert.deepEqual(counts(await check(parts)), [ROWS, 0, 0, 0, 0]);
  });

  it('is equal with heartbeats, whose trip_id is null, loaded as CSV and as binary', async () => {
    const { scenario } = await resolveScenario('failing-devices');
    const rows = 30_000;
    const failing = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows, scenario });
    for (const copyFormat of ['csv', 'binary'] as const) {
      const table = `failing_${copyFormat}`;
      await generate({ rows, to: url, table, scenario, copyFormat });
      const parts = [{ dataset: failing, from: 0, to: rows }];
      const request = { connection: connectionOf(url), ref: { schema: 'public', table }, parts, sample: 1, workers: 2 };
      assert.deepEqual(counts(await checkTable(request)), [rows, 0, 0, 0, 0]);
      const beats = `FROM ${table} WHERE trip_id IS NULL`;
      assert.ok(Number(await value(url, `SELECT count(*) ${beats}`)) > 500);
      assert.equal(Number(await value(url, `SELECT count(*) ${beats} AND speed_kmh <> 0`)), 0);
    }
  });

  it('is distinguished by digests alone from one that differs in a bit', async () => {
    const schema = dataset.telemetry;
    const table = { ref, schema, key: RECORD_KEY, where: 'WHERE record_id >= 1000 AND record_id < 5000' };
    const equal = async (sql: string) => {
      const client = await connectClient(connectionOf(url));
      try {
        await client.query(`BEGIN; ${sql}`);
        const expected = simulatedRows(dataset, 1000, 5000, 1024);
        return await equalDigests(client, table, expected, compilePgBinaryWriter(schema));
      } finally {
        await client.end();
      }
    };
    assert.equal(await equal('SELECT'), true);
    assert.equal(await equal('UPDATE fleet SET speed_kmh = speed_kmh * 1.0000001 WHERE record_id = 4999'), false);
    assert.equal(await equal('UPDATE fleet SET record_id = -1 WHERE record_id = 1000'), false);
  });

  const changes: [what: string, sql: string, expected: RegExp, found: RegExp][] = [
    ['a real by its last bit', 'speed_kmh = 33.300003', /^\d+\.\d$/, /^33\.300003$/],
    ['a double in the seventh decimal', 'latitude = 52.1234567', /^\d+\.\d{6}$/, /^52\.1234567$/],
    ['a number', 'odometer_km = odometer_km + 0.001', /^\d+\.\d+$/, /^\d+\.\d+$/],
    ['a boolean', 'speeding_event = NOT speeding_event', /^[01]$/, /^[01]$/],
    ['a text to a known one', "weather = CASE weather WHEN 'foggy' THEN 'sunny' ELSE 'foggy' END", /^\w+$/, /^\w+$/],
    ['a text to a foreign one', "weather = 'hail'", /^\w+$/, /^hail$/],
    ['a tag', "vehicle_id = 'VEH-42'", /^VEH-\d{6}$/, /^VEH-42$/],
    ['a time by a microsecond', "recorded_at = recorded_at + interval '1 us'", /Z$/, /^20.*\.\d{6}\+00$/],
    ['a value to null', 'latitude = NULL', /^\d+\.\d+$/, /^$/],
    ['a small number', 'hour_of_day = 99', /^\d+$/, /^99$/],
    ['a number to one too large', 'trip_id = 9007199254740993', /^\d+$/, /^9007199254740993$/],
    ['a number to NaN', "odometer_km = 'NaN'", /^\d+\.\d+$/, /^NaN$/],
  ];
  for (const [what, set, expected, found] of changes) {
    it(`is reported with its one changed value: ${what}`, async () => {
      // A record that has a position.
      const id = Number(
        await value(url, 'SELECT max(record_id) FROM fleet WHERE latitude IS NOT NULL AND record_id < 77777'),
      );
      const { list, ...rest } = await afterwards(`UPDATE fleet SET ${set} WHERE record_id = ${id}`, [id]);
      assert.deepEqual(counts({ list, ...rest }), [ROWS, 1, 0, 0, 0]);
      const [finding] = list;
      assert.ok(finding?.kind === 'changed' && 'recordId' in finding && finding.recordId === id);
      assert.equal(finding.values.length, 1);
      const [first] = finding.values;
      assert.equal(first!.column, /^\w+/.exec(set)![0]);
      assert.match(first!.expected, expected);
      assert.match(first!.found, found);
    });
  }

  it('is reported with its missing, extra and doubled records', async () => {
    const found = await afterwards(
      `ALTER TABLE fleet DROP CONSTRAINT fleet_pkey; DELETE FROM fleet WHERE record_id IN (5, 66000);
       INSERT INTO fleet SELECT * FROM kept WHERE record_id = 77000;
       UPDATE fleet SET record_id = -3 WHERE record_id = 1; UPDATE fleet SET record_id = 150000 WHERE record_id = 2`,
      [1, 2, 5, 66_000, 77_000],
    );
    await query(url, 'ALTER TABLE fleet ADD PRIMARY KEY (record_id)');
    assert.deepEqual(counts(found), [ROWS, 0, 4, 2, 1]);
    assert.deepEqual(
      found.list.map((finding) => [finding.kind, 'recordId' in finding && finding.recordId]),
      [
        ['extra', -3],
        ['extra', 150_000],
        ['missing', 1],
        ['missing', 2],
        ['missing', 5],
        ['missing', 66_000],
        ['doubled', 77_000],
      ],
    );
  });

  it('is the same as a file of it that the server writes, in any time zone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetgen-copy-'));
    const client = await connectClient(connectionOf(url));
    try {
      for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
        await client.query(`SET TimeZone = '${zone}'`);
        const rows = client.query(
          copyTo(
            `COPY (SELECT * FROM fleet WHERE record_id < 5000 ORDER BY record_id) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (weather, recorded_at))`,
          ),
        );
        const path = join(folder, 'copied.csv');
        await pipeline(rows, createWriteStream(path));
        const found = await checkFile({ path, dataset, from: 0, to: 5000 });
        assert.deepEqual(counts(found), [5000, 0, 0, 0, 0]);
      }
    } finally {
      await client.end();
      await rm(folder, { recursive: true });
    }
  });

  it('is reported with rows that were loaded twice as doubled, wherever they are', async () => {
    const last = Array.from({ length: 50 }, (_, i) => ROWS - 50 + i);
    const found = await afterwards(
      `ALTER TABLE fleet DROP CONSTRAINT fleet_pkey; INSERT INTO fleet TABLE kept; INSERT INTO fleet TABLE kept`,
      [...last, 70_000],
    );
    await query(url, 'ALTER TABLE fleet ADD PRIMARY KEY (record_id)');
    assert.deepEqual(counts(found), [ROWS, 0, 0, 0, 102]);
    assert.deepEqual(found.list.slice(1, 4), [
      { kind: 'doubled', recordId: 70_000 },
      { kind: 'doubled', recordId: last[0] },
      { kind: 'doubled', recordId: last[0] },
    ]);
  });

  it('may have additional columns that have defaults or allow null', async () => {
    const told = { schema: 'public', table: 'wider' };
    await generate({ rows: 2000, to: url, table: 'wider', truth: true });
    await query(
      url,
      `ALTER TABLE wider ADD COLUMN loaded_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN note text;
       ALTER TABLE wider_vehicle ADD COLUMN depot text NOT NULL DEFAULT 'north'; ALTER TABLE wider_truth ADD COLUMN n int DEFAULT 1;
       UPDATE wider SET speed_kmh = 999 WHERE record_id = 7`,
    );
    const parts = await partsFromLedger(connectionOf(url), told, undefined);
    const options = { connection: connectionOf(url), ref: told, parts, sample: 1, workers: 2 };
    const found = await checkTable(options);
    assert.deepEqual(counts(found), [2000, 1, 0, 0, 0]);
    assert.equal(countAllDifferences(found), 1);
    await query(url, 'ALTER TABLE wider ALTER COLUMN loaded_at DROP DEFAULT');
    await assert.rejects(checkTable(options), {
      code: 'PG_COLUMNS_DIFFER',
      message: /"loaded_at", that has no default/,
    });
  });

  it('is compared in part by a sample, and foreign rows are still found', async () => {
    const found = await check([{ dataset, from: 0, to: 100_000 }], 0.5);
    assert.ok(found.compared > 0 && found.compared < 100_000);
    assert.equal(found.extra, 50_000);
    assert.equal(found.list.length, 100);
    assert.equal(found.missing + found.changed + found.doubled, 0);
    assert.deepEqual(sampled([1, 2, 3, 4], 0.5), [2, 4]);
    assert.deepEqual(sampled([1, 2, 3], 1), [1, 2, 3]);
    assert.deepEqual(sampled([1, 2, 3], 0), []);
  });

  it('may have been filled by several loads', async () => {
    const parts = { rows: 2000, to: url, table: 'parts' } as const;
    await generate({ ...parts, range: [0, 900] });
    await generate({ ...parts, range: [900, 2000], ifExists: 'append' });
    await generate({ ...parts, rows: 500, start: '2026-02-02', firstRecordId: 2000, ifExists: 'append' });
    const table = { schema: 'public', table: 'parts' };
    const known = await partsFromLedger(connectionOf(url), table, undefined);
    assert.equal(known.length, 3);
    const found = await checkTable({ connection: connectionOf(url), ref: table, parts: known, sample: 1, workers: 2 });
    assert.deepEqual(counts(found), [2500, 0, 0, 0, 0]);
  });

  it('is compared with its vehicles and its truth, row by row', async () => {
    const told = { schema: 'public', table: 'told' };
    await generate({ rows: 3000, vehicles: 30, to: url, table: 'told', truth: true });
    const parts = await partsFromLedger(connectionOf(url), told, undefined);
    const options = { connection: connectionOf(url), ref: told, parts, sample: 1, workers: 2 };
    const same = await checkTable(options);
    assert.deepEqual(counts(same), [3000, 0, 0, 0, 0]);
    assert.deepEqual(counts(same.vehicle!), [30, 0, 0, 0, 0]);
    assert.deepEqual(counts(same.truth!), [3000, 0, 0, 0, 0]);
    assert.match(findingsText(same), /\n30 vehicles compared: 0 changed.*\n3000 truths compared: 0 changed/);
    await query(
      url,
      `UPDATE told_vehicle SET region = 'moon' WHERE vehicle_id = 'VEH-000004'; DELETE FROM told_vehicle WHERE vehicle_id = 'VEH-000007';
       UPDATE told_vehicle SET vehicle_id = 'mine' WHERE vehicle_id = 'VEH-000009';
       INSERT INTO told_vehicle SELECT (v #>> '{}')::text, t.vehicle_class, t.region, t.home_latitude, t.home_longitude, t.driver_id,
         t.driver_style, t.device_model, t.commissioned_on FROM told_vehicle t, jsonb_array_elements('["VEH-000030"]') v
         WHERE t.vehicle_id = 'VEH-000001';
       UPDATE told_truth SET device_fault = 'none', true_latitude = 1.5 WHERE record_id = 1234; DELETE FROM told_truth WHERE record_id = 77;
       UPDATE told_truth SET record_id = 3000 WHERE record_id = 2999`,
    );
    const found = await checkTable(options);
    assert.deepEqual(counts(found), [3000, 0, 0, 0, 0]);
    assert.deepEqual(counts(found.vehicle!), [30, 1, 2, 2, 0]);
    assert.deepEqual(counts(found.truth!), [3000, 1, 2, 1, 0]);
    const text = findingsText(found);
    for (const line of [
      /^vehicle VEH-000004: region is moon, not \w+$/m,
      /^vehicle VEH-000007 is missing$/m,
      /^vehicle VEH-000009 is missing$/m,
      /^vehicle VEH-000030 should not be there$/m,
      /^a vehicle with a foreign vehicle_id should not be there$/m,
      /^the truth of record 1234: true_latitude is 1\.500000, not \d+\.\d{6}$/m,
      /^the truth of record 77 is missing$/m,
      /^the truth of record 3000 should not be there$/m,
    ]) {
      assert.match(text, line);
    }
    assert.equal(countAllDifferences(found), 9);
    await query(url, 'DROP TABLE told_truth');
    await assert.rejects(checkTable(options), { exitCode: 2, code: 'PG_NO_TABLE', message: /"told_truth"/ });
  });

  it('is refused if nothing is known of it, it is missing, or it has other columns', async () => {
    await query(url, 'CREATE TABLE stranger (a int)');
    const stranger = { schema: 'public', table: 'stranger' };
    await assert.rejects(partsFromLedger(connectionOf(url), stranger, undefined), {
      exitCode: 2,
      code: 'VERIFY_UNKNOWN',
    });
    const options = { connection: connectionOf(url), parts: [{ dataset, from: 0, to: 10 }], sample: 1, workers: 1 };
    await assert.rejects(checkTable({ ...options, ref: stranger }), { exitCode: 2, code: 'PG_COLUMNS_DIFFER' });
    const none = { schema: 'public', table: 'none' };
    await assert.rejects(checkTable({ ...options, ref: none }), { exitCode: 2, code: 'PG_NO_TABLE' });
  });
});
