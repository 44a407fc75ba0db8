/** The library's view of datasets: their identity and what can be made from them, without how they are planned. */
import { requestError } from './base/errors.js';
import type { Batch } from './columns/batch.js';
import type { VehicleColumns } from './columns/vehicle.js';
import * as planned from './plan/dataset.js';
import type { DatasetRequest } from './plan/request.js';
import * as shards from './plan/shards.js';
import * as simulator from './simulate/record-source.js';
import * as vehicles from './simulate/vehicle-rows.js';

/** A dataset as `planDataset` makes it; a structured clone of one, such as a worker thread gets, is one too. */
export type Dataset = planned.DatasetFacts;

/**
 * Plans a dataset. Rows alone: 14 days and the smallest fleet that reaches them. Rows with vehicles, or with days: the
 * other is derived. Vehicles with days: all their records. None: 1 000 000 rows. A large one takes its time, some 75 us
 * for each vehicle-day, in which the event loop stands still: `openDataset` plans beside it. Throws a FleetgenError with
 * exitCode 2 for whatever is wrong with the request or its scenario.
 *
 * @example
 * const dataset = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, vehicles: 20, days: 1 });
 * console.log(dataset.rows, 'records', dataset.scenarioHash);
 */
export function planDataset(request: DatasetRequest): Dataset {
  return planned.planDataset(request);
}

/**
 * Ranges of some 65,000 records from (inclusive) to (exclusive), in order, that can be made apart. Throws a FleetgenError
 * with exitCode 2 for a range that the dataset lacks.
 *
 * @example
 * const dataset = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, rows: 200_000 });
 * for (const { index, from, to } of shardsOf(dataset, 0, dataset.rows)) console.log(index, from, to);
 */
export function shardsOf(dataset: Dataset, from: number, to: number): shards.Shard[] {
  return shards.shardsOf(wholeOf(dataset), from, to);
}

/**
 * A simulator of a dataset; keeps what it computed, so a thread makes one and takes many ranges from it, one at a time.
 * Throws a FleetgenError with exitCode 2 for anything that planDataset did not return.
 *
 * @example
 * const dataset = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, vehicles: 20, days: 1 });
 * const simulator = createSimulator(dataset);
 * const batch = createBatch(dataset.telemetry, 4096);
 * for (const from of [0, 5000]) console.log(simulator.range(from, from + 10).fill(batch), 'records from', from);
 */
export function createSimulator(dataset: Dataset): simulator.Simulator {
  return simulator.createSimulator(wholeOf(dataset));
}

/**
 * The records from (inclusive) to (exclusive) of the dataset, from a new simulator. Throws a FleetgenError with exitCode 2
 * for a range that the dataset lacks.
 *
 * @example
 * const dataset = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, vehicles: 20, days: 1 });
 * const source = createRecordSource(dataset, 0, dataset.rows);
 * const batch = createBatch(dataset.telemetry, 4096);
 * let fastest = 0;
 * while (source.fill(batch) > 0) {
 *   for (const speed of batch.arrays.speed_kmh.subarray(0, batch.length)) fastest = Math.max(fastest, speed / 10);
 * }
 * console.log(fastest, 'km/h');
 */
export function createRecordSource(dataset: Dataset, from: number, to: number): simulator.RecordSource {
  return simulator.createRecordSource(wholeOf(dataset), from, to);
}

/**
 * Fills the batch with the vehicles from number `first` on, sets batch.length and returns it; 0 at the end. Throws a
 * FleetgenError with exitCode 2 for a number that no vehicle can have.
 *
 * @example
 * const dataset = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, vehicles: 20, days: 1 });
 * const batch = createBatch(dataset.vehicle, 16);
 * for (let first = 0; fillVehicles(dataset, first, batch) > 0; first += batch.length) {
 *   console.log(batch.length, 'vehicles, homes at', batch.arrays.home_latitude[0]! / 1e6, 'degrees north');
 * }
 */
export function fillVehicles(dataset: Dataset, first: number, batch: Batch<VehicleColumns>): number {
  return vehicles.fillVehicles(wholeOf(dataset), first, batch);
}

/** Throws a requestError for anything that planDataset did not return. */
function wholeOf(dataset: Dataset): planned.Dataset {
  if (isWhole(dataset)) return dataset;
  throw requestError('BAD_OPTION', 'dataset is not one that planDataset made: give what it returned, or a clone of it');
}

function isWhole(dataset: Dataset): dataset is planned.Dataset {
  return typeof dataset === 'object' && dataset !== null && 'capacity' in dataset && 'world' in dataset;
}
