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
 * for each vehicle-day. Throws a requestError for whatever is wrong with the request or its scenario.
 */
export function planDataset(request: DatasetRequest): Dataset {
  return planned.planDataset(request);
}

/**
 * Ranges of records from (inclusive) to (exclusive), in order, that can be made apart. Throws a requestError for a
 * range that the dataset lacks.
 */
export function shardsOf(dataset: Dataset, from: number, to: number): shards.Shard[] {
  return shards.shardsOf(wholeOf(dataset), from, to);
}

/** A simulator of a dataset; keeps what it computed, so a thread makes one and takes many ranges from it. */
export function createSimulator(dataset: Dataset): simulator.Simulator {
  return simulator.createSimulator(wholeOf(dataset));
}

/** The records from (inclusive) to (exclusive) of the dataset, from a new simulator. */
export function createRecordSource(dataset: Dataset, from: number, to: number): simulator.RecordSource {
  return simulator.createRecordSource(wholeOf(dataset), from, to);
}

/** Fills the batch with the vehicles from number `first` on, sets batch.length and returns it; 0 at the end. */
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
