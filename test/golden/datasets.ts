/** The datasets whose bytes are pinned: small pieces that together touch what could change unnoticed. */
import { createBatch } from '#src/columns/batch.js';
import { ALGORITHM_VERSION, type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';
import { csvOf, encode, sha256 } from '../simulate/records.js';

export interface Golden {
  readonly algorithmVersion: number;
  /** SHA-256 of the CSV without header, by name of the dataset. */
  readonly sha256: Readonly<Record<string, string>>;
}

type Piece = [name: string, request: Partial<DatasetRequest>, from: number, to: number];

const { scenario: failingDevices } = await loadScenario('failing-devices');

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

/** Computes every pinned digest from the code as it is. */
export function computeGolden(): Golden {
  const digests = PIECES.map(
    ([name, request, from, to]) => [name, sha256(csvOf(plan(request), { from, to }))] as const,
  );
  return {
    algorithmVersion: ALGORITHM_VERSION,
    sha256: { ...Object.fromEntries(digests), 'vehicle table of 1000': sha256(vehicleCsv(1000)) },
  };
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
