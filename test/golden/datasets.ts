/** The datasets whose bytes are pinned: small pieces that together cover what could change unnoticed. */
import type { Batch } from '#src/columns/batch.js';
import { createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { compilePgBinaryWriter } from '#src/encode/pgbinary.js';
import { ALGORITHM_VERSION, type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { SHIPPED } from '#src/scenario/read/shipped.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';
import { csvOf, encode, sha256 } from '../simulate/records.js';
import { drain, feedOf } from '../stream/messages.js';

export interface Golden {
  readonly algorithmVersion: number;
  /** SHA-256 of the rows, without header where the format has one, by name of the dataset. */
  readonly sha256: Readonly<Record<string, string>>;
}

interface Table {
  readonly schema: TableSchema;
  readonly batch: Batch;
}

type Piece = [name: string, request: Partial<DatasetRequest>, from: number, to: number];

const { scenario: failingDevices } = await resolveScenario('failing-devices');

const DAY_OF_CHANGE = '2026-03-28';
const PIECES: Piece[] = [
  ['default, first 50000 records', { rows: 1_000_000 }, 0, 50_000],
  ['seed 7', { rows: 20_000, seed: 7 }, 0, 20_000],
  ['largest seed', { rows: 2000, seed: 2 ** 53 - 1 }, 0, 2000],
  ['every second', { rows: 20_000, intervalSeconds: 1 }, 0, 20_000],
  [
    'every minute, across the change of the clock',
    { vehicles: 60, days: 3, intervalSeconds: 60, start: DAY_OF_CHANGE },
    0,
    9000,
  ],
  ['failing-devices', { vehicles: 30, days: 3, scenario: failingDevices }, 0, 20_000],
  ['2000 records in the middle of ten million', { rows: 10_000_000 }, 5_000_321, 5_002_321],
];

/** Few rows suffice to cover what differs between scenarios: world, events, devices and label. */
const SCENARIO_SIZE = { vehicles: 25, days: 2, intervalSeconds: 300 };
const FORMAT_ROWS = 3000;

/** Computes every pinned digest from the current code. */
export async function computeGolden(): Promise<Golden> {
  const digests: Record<string, string> = {};
  for (const [name, request, from, to] of PIECES) digests[name] = sha256(csvOf(plan(request), { from, to }));
  digests['vehicle table of 1000'] = sha256(vehicleCsv(1000));
  for (const name of Object.keys(SHIPPED)) {
    const { scenario } = await resolveScenario(name);
    const { records, truth } = bothOf(plan({ ...SCENARIO_SIZE, scenario }));
    digests[`scenario ${name}`] = sha256(encode(records.schema, records.batch));
    digests[`scenario ${name}, truth`] = sha256(encode(truth.schema, truth.batch));
  }
  const faulty = plan({ rows: FORMAT_ROWS, seed: 7, scenario: failingDevices });
  const { records, truth } = bothOf(faulty);
  digests['failing-devices, truth'] = sha256(encode(truth.schema, truth.batch));
  digests['failing-devices, PostgreSQL binary'] = sha256(binaryOf(records));
  digests['failing-devices, messages in order of arrival'] = sha256(await messagesOf(faulty));
  return { algorithmVersion: ALGORITHM_VERSION, sha256: digests };
}

function plan(request: Partial<DatasetRequest>): Dataset {
  return planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, ...request });
}

function vehicleCsv(vehicles: number): Buffer {
  const dataset = plan({ vehicles, days: 1 });
  const batch = createBatch(dataset.vehicle, vehicles);
  fillVehicles(dataset, 0, batch);
  return encode(dataset.vehicle, batch);
}

/** All records and their truth, simulated once. */
function bothOf(dataset: Dataset): { records: Table; truth: Table } {
  const { telemetry, rows } = dataset;
  const records = { schema: telemetry, batch: createBatch(telemetry, rows) };
  const truth = { schema: dataset.truth, batch: createBatch(dataset.truth, rows) };
  createRecordSource(dataset, 0, rows).fill(records.batch, truth.batch);
  return { records, truth };
}

function binaryOf({ schema, batch }: Table): Buffer {
  const writer = compilePgBinaryWriter(schema);
  const out = Buffer.alloc(writer.maxRowBytes * batch.length);
  return out.subarray(0, writer.write(batch, 0, batch.length, out, 0));
}

/** The NDJSON that a stream sends. */
async function messagesOf(dataset: Dataset): Promise<Buffer> {
  const messages = await drain(feedOf(dataset));
  return Buffer.from(messages.map(({ line }) => line).join(''));
}
