/** The datasets whose bytes are pinned: small pieces that together cover what could change unnoticed. */
import type { Batch } from '#src/columns/batch.js';
import { createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { arrowHead, compileArrowWriter } from '#src/encode/arrow/arrow.js';
import type { BlockWriter } from '#src/encode/block-writer.js';
import { compileParquetWriter } from '#src/encode/parquet/parquet.js';
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

/** What is simulated at once: the names of its datasets, and the bytes of each. */
export interface Pinned {
  readonly names: readonly string[];
  bytes(): readonly Buffer[] | Promise<readonly Buffer[]>;
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

/** The quick ones first, as one that differs shows enough. */
export const PINNED: readonly Pinned[] = [
  { names: ['vehicle table of 1000'], bytes: () => [vehicleCsv(1000)] },
  ...Object.keys(SHIPPED).map((name) => ({
    names: [`scenario ${name}`, `scenario ${name}, truth`],
    async bytes() {
      const { scenario } = await resolveScenario(name);
      return bothOf(plan({ ...SCENARIO_SIZE, scenario })).map(csv);
    },
  })),
  {
    names: [
      ...['truth', 'PostgreSQL binary', 'messages in order of arrival'],
      ...['Parquet row groups', 'Parquet row groups, decimals', 'Arrow'],
    ].map((what) => `failing-devices, ${what}`),
    async bytes() {
      const faulty = plan({ rows: FORMAT_ROWS, seed: 7, scenario: failingDevices });
      const [records, truth] = bothOf(faulty);
      const parquet = (decimals: boolean) =>
        compileParquetWriter(records.schema, { groupRows: 1000, decimals, compress: undefined });
      return [
        csv(truth),
        binaryOf(records),
        await messagesOf(faulty),
        blocksOf(records, parquet(false)),
        blocksOf(records, parquet(true)),
        Buffer.concat([
          arrowHead(records.schema, [], true),
          blocksOf(records, compileArrowWriter(records.schema, 1000)),
        ]),
      ];
    },
  },
  ...PIECES.map(([name, request, from, to]) => ({
    names: [name],
    bytes: () => [csvOf(plan(request), { from, to })],
  })),
];

/** The digest of each, by its name. */
export async function digestsOf({ names, bytes }: Pinned): Promise<Record<string, string>> {
  const all = await bytes();
  return Object.fromEntries(names.map((name, i) => [name, sha256(all[i]!)]));
}

/** Computes every pinned digest from the code as it is. */
export async function computeGolden(): Promise<Golden> {
  const digests: Record<string, string> = {};
  for (const pinned of PINNED) Object.assign(digests, await digestsOf(pinned));
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
function bothOf(dataset: Dataset): [records: Table, truth: Table] {
  const { telemetry, rows } = dataset;
  const records = { schema: telemetry, batch: createBatch(telemetry, rows) };
  const truth = { schema: dataset.truth, batch: createBatch(dataset.truth, rows) };
  createRecordSource(dataset, 0, rows).fill(records.batch, truth.batch);
  return [records, truth];
}

function csv({ schema, batch }: Table): Buffer {
  return encode(schema, batch);
}

function binaryOf({ schema, batch }: Table): Buffer {
  const writer = compilePgBinaryWriter(schema);
  const out = Buffer.alloc(writer.maxRowBytes * batch.length);
  return out.subarray(0, writer.write(batch, 0, batch.length, out, 0));
}

/** The rows in blocks of a thousand. */
function blocksOf({ batch }: Table, writer: BlockWriter): Buffer {
  const parts: Uint8Array[] = [];
  for (let row = 0; row < batch.length; row += writer.blockRows) {
    const length = Math.min(writer.blockRows, batch.length - row);
    const arrays = Object.entries(batch.arrays).map(([name, array]) => [name, array.subarray(row, row + length)]);
    for (const { bytes } of writer.write({ capacity: length, length, arrays: Object.fromEntries(arrays) }))
      parts.push(bytes.slice());
  }
  return Buffer.concat(parts);
}

/** The NDJSON that a stream sends. */
async function messagesOf(dataset: Dataset): Promise<Buffer> {
  const messages = await drain(feedOf(dataset));
  return Buffer.from(messages.map(({ line }) => line).join(''));
}
