/** Loaded or written data equals the simulated data: read by independent means and compared by value or byte. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseFile } from 'fast-csv';
import { type Batch, createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';
import { fieldText } from '../../encode/reference-csv.js';
import { csvOf, encode, recordsOf, sha256 } from '../../simulate/records.js';
import { decodeRows, type FieldText } from '../decode-rows.js';
import { connect, startServer, type TestServer } from '../postgres-fixture.js';

const plan = (rows: number): Dataset => planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows });

describe('rows read back from PostgreSQL', () => {
  const ROWS = 300_000;
  const PIECE = 20_000;
  const dataset = plan(ROWS);
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer();
    url = await server.database();
    await generate({ rows: ROWS, to: url, table: 'fleet' });
  });
  after(() => server.stop());

  /**
   * Digest of the CSV that the table's rows make when they are encoded again, piece by piece in the order of the key.
   */
  async function digestOfTable(table: string, key: string, schema: TableSchema, pieces: number): Promise<string> {
    const client = await connect(url);
    const hash = createHash('sha256');
    try {
      await client.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'");
      const columns = schema.columns.map(({ name }) => `"${name}"`).join(', ');
      for (let piece = 0; piece < pieces; piece++) {
        const text = `SELECT ${columns} FROM ${table} ORDER BY ${key} OFFSET ${piece * PIECE} LIMIT ${PIECE}`;
        const asText = { getTypeParser: () => (value: string) => value };
        const { rows } = await client.query<FieldText[]>({ text, rowMode: 'array', types: asText });
        const batch = createBatch(schema, rows.length);
        decodeRows(schema, rows, batch);
        hash.update(encode(schema, batch));
      }
    } finally {
      await client.end();
    }
    return hash.digest('hex');
  }

  it('give the bytes of the CSV when encoded again in the order of their ids', async () => {
    const expected = sha256(csvOf(dataset, { from: 0, to: ROWS }));
    assert.equal(await digestOfTable('fleet', 'record_id', dataset.telemetry, ROWS / PIECE), expected);
  });

  it('do so for the vehicle table, too', async () => {
    const batch = createBatch(dataset.vehicle, dataset.vehicles);
    fillVehicles(dataset, 0, batch);
    const expected = sha256(encode(dataset.vehicle, batch));
    assert.equal(await digestOfTable('fleet_vehicle', 'vehicle_id', dataset.vehicle, 1), expected);
  });
});

describe('a CSV file read with fast-csv', () => {
  const ROWS = 20_000;
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-read-back-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has the column values in its fields', async () => {
    const dataset = plan(ROWS);
    const path = join(folder, 'fleet.csv');
    await generate({ rows: ROWS, to: path });
    const [header, ...rows] = await readCsv(path);
    const { columns } = dataset.telemetry;
    assert.deepEqual(
      header,
      columns.map(({ name }) => name),
    );
    assert.equal(rows.length, ROWS);
    const batch: Batch = recordsOf(dataset);
    rows.forEach((fields, row) => {
      assert.equal(fields.length, columns.length);
      columns.forEach((column, c) => {
        const expected = fieldText(column, batch.arrays[column.name]![row]!);
        if (fields[c] !== expected) assert.equal(fields[c], expected, `${column.name} of record ${row}`);
      });
    });
  });
});

function readCsv(path: string): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseFile<string[], string[]>(path)
      .on('error', reject)
      .on('data', (row: string[]) => rows.push(row))
      .on('end', () => resolve(rows));
  });
}
