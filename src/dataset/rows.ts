/** Records and vehicles of an opened dataset as plain objects, with values as people expect them. */
import { setImmediate as turn } from 'node:timers/promises';
import { checkKeys } from '../base/options.js';
import { createBatch } from '../columns/batch.js';
import type { Arrays, Column } from '../columns/column.js';
import type { TelemetryValues } from '../columns/telemetry.js';
import { type Value, valueReader } from '../columns/values.js';
import type { VehicleValues } from '../columns/vehicle.js';
import type { Dataset } from '../plan/dataset.js';
import type { PlannedRange } from '../run/dataset-options.js';
import type { Simulator } from '../simulate/record-source.js';
import { fillVehicles } from '../simulate/vehicle-rows.js';
import { batchesOf, type ColumnName, chosenColumns } from './column-batch.js';

/**
 * A record as a plain object, typed by column: numbers in the column's unit, booleans, texts, a Date for
 * `recorded_at`, null for a missing value. All columns if `Name` is never; those that a scenario adds are a `Value`.
 */
export type RecordRow<Name extends ColumnName = never> = [Name] extends [never]
  ? TelemetryValues & { readonly [name: string]: Value }
  : { readonly [N in Name]: N extends keyof TelemetryValues ? TelemetryValues[N] : Value };

/** A vehicle as a plain object; `commissioned_on` is YYYY-MM-DD. */
export type VehicleRow = VehicleValues;

/** What of the records is wanted. */
export interface RowOptions<Name extends ColumnName = never> {
  /** Only these columns, in this order; all by default, those that the scenario adds included. */
  readonly columns?: readonly Name[];
}

/** So few that the objects die young, and that a reader soon gets the first. */
const BATCH_ROWS = 1024;

/** Throws a requestError for an option that is not valid, at once. */
export function rowsOf<Name extends ColumnName>(
  planned: PlannedRange,
  options: RowOptions<Name>,
  simulator: () => Simulator,
): AsyncGenerator<RecordRow<Name>, void, undefined> {
  checkKeys("rows' argument", options, ['columns']);
  const row = rowReader(chosenColumns(planned.dataset.telemetry, options.columns));
  const batches = batchesOf(planned, { ...options, batchRows: BATCH_ROWS }, simulator);
  return (async function* () {
    for await (const { columns, length } of batches) {
      for (let i = 0; i < length; i++) yield row(columns, i) as RecordRow<Name>;
    }
  })();
}

/** The vehicles of the fleet, in the order of their numbers. */
export async function* vehiclesOf(dataset: Dataset): AsyncGenerator<VehicleRow, void, undefined> {
  const row = rowReader(dataset.vehicle.columns);
  const batch = createBatch(dataset.vehicle, Math.min(BATCH_ROWS, dataset.vehicles));
  for (let first = 0; fillVehicles(dataset, first, batch) > 0; first += batch.length) {
    for (let i = 0; i < batch.length; i++) yield row(batch.arrays, i) as unknown as VehicleRow;
    await turn();
  }
}

/** Reads a row of the columns as an object. */
export function rowReader(
  columns: readonly Column[],
): (arrays: Arrays, row: number) => Readonly<Record<string, Value>> {
  const readers = columns.map((column) => [column.name, valueReader(column)] as const);
  return (arrays, row) => {
    const object: Record<string, Value> = {};
    for (const [name, read] of readers) object[name] = read(arrays[name]!, row);
    return object;
  };
}
