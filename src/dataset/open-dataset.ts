/** A dataset opened for reading by a program: its records in any form, its vehicles and its trips. */
import type { Readable } from 'node:stream';
import { checkKeys, checkNumber, checkValue } from '../base/options.js';
import type { Column, TableSchema } from '../columns/column.js';
import type { TelemetryColumns } from '../columns/telemetry.js';
import type { TruthColumns } from '../columns/truth.js';
import type { VehicleColumns } from '../columns/vehicle.js';
import type { DatasetFacts } from '../plan/dataset.js';
import { type DatasetIdentity, datasetIdentity } from '../plan/dataset-identity.js';
import { DATASET_OPTIONS, type DatasetOptions, type PlannedRange, planOptions } from '../run/dataset-options.js';
import { LIMITS } from '../run/defaults.js';
import { SharedPlans } from '../simulate/day/shared-plans.js';
import { createSimulator, type Simulator } from '../simulate/record-source.js';
import { type ByteStreamOptions, byteStream } from './byte-stream.js';
import { type BatchOptions, batchesOf, type ColumnBatch, type ColumnName } from './column-batch.js';
import { type RecordRow, type RowOptions, rowsOf, type VehicleRow, vehiclesOf } from './rows.js';
import { type Trip, tripsOf } from './trips.js';
import { type VehicleDay, vehicleDayOf } from './vehicle-day.js';

/** Which dataset to open. Every option has a default; numbers are whole. */
export interface OpenOptions extends DatasetOptions {
  /** Threads that plan a large dataset, 1 to 256; as many as the machine has cores by default. */
  readonly workers?: number;
  /** Aborting it stops the planning; if the reason is a FleetgenError, `openDataset` rejects with it. */
  readonly signal?: AbortSignal;
}

/** What identifies the records, and how many they are. */
export interface OpenIdentity extends DatasetIdentity {
  /** Records of the range. */
  readonly rows: number;
  /** Added to the position of a record to make its record_id. */
  readonly firstRecordId: number;
}

/** The columns of the tables of a dataset; those that a scenario adds are included. */
export interface DatasetSchema {
  readonly records: TableSchema<TelemetryColumns>;
  readonly truth: TableSchema<TruthColumns>;
  readonly vehicles: TableSchema<VehicleColumns>;
}

/**
 * A planned dataset. It holds no file and no connection, and needs no closing. Every call starts from the first record;
 * several readers may take turns. Each async iterable can be iterated once.
 */
export interface OpenDataset {
  readonly identity: OpenIdentity;
  readonly schema: DatasetSchema;
  /** The columns of the records, in their order: names, kinds, units, ranges, descriptions. */
  readonly columns: readonly Column[];
  /** The plan, for `createSimulator` and `shardsOf`, in this thread or, after a structured clone, in another one. */
  readonly planned: DatasetFacts;

  /**
   * The records as columns: fast, and with a turn of the event loop after each batch. Each batch has arrays of its own.
   * Throws a requestError for an option that is not valid.
   *
   * @example
   * let fastest = 0;
   * for await (const { columns } of dataset.batches({ columns: ['speed_kmh'] })) {
   *   for (const tenths of columns.speed_kmh) fastest = Math.max(fastest, tenths / 10); // km/h
   * }
   */
  batches<const Name extends ColumnName = never, Truth extends boolean = false>(
    options?: BatchOptions<Name, Truth>,
  ): AsyncIterable<ColumnBatch<Name, Truth>>;

  /**
   * The records as objects, some four times slower than `batches`: numbers in their unit, booleans, texts, a Date for
   * `recorded_at`, null for a missing value. Throws a requestError for an option that is not valid.
   *
   * @example
   * for await (const { vehicle_id, recorded_at, speed_kmh } of dataset.rows()) {
   *   if (speed_kmh > 130) console.log(vehicle_id, recorded_at.toISOString(), speed_kmh);
   * }
   */
  rows<const Name extends ColumnName = never>(options?: RowOptions<Name>): AsyncIterable<RecordRow<Name>>;

  /**
   * The bytes that `fleetgen generate --to - --format ...` prints, made by worker threads, which wait while the reader is
   * slow. Destroying the stream ends them; it is closed when they have ended. Throws a requestError for an option that is
   * not valid, or that the format doesn't have; errors of the run destroy the stream.
   *
   * @example
   * await pipeline(dataset.stream({ format: 'parquet', codec: 'snappy' }), createWriteStream('fleet.parquet'));
   */
  stream(options: ByteStreamOptions): Readable;

  /**
   * The records as a stream of Arrow IPC, in batches of up to 16 384 rows: the same as `stream({ format: 'arrow' })`.
   *
   * @example
   * await pipeline(dataset.arrow(), createWriteStream('fleet.arrows')); // or tableFromIPC(dataset.arrow()) of apache-arrow
   */
  arrow(options?: Omit<ByteStreamOptions, 'format'>): Readable;

  /**
   * One vehicle's day, made alone in some milliseconds. `vehicle`: its number from 0, or its `vehicle_id`; `date`:
   * YYYY-MM-DD. Throws a requestError for a vehicle or a day that the dataset doesn't have.
   *
   * @example
   * const day = dataset.vehicleDay('VEH-000003', '2026-01-06');
   * console.log(day.trips().length, 'trips,', day.rows({ columns: ['speed_kmh'] }).length, 'records');
   */
  vehicleDay(vehicle: number | string, date: string): VehicleDay;

  /**
   * The trips of every vehicle-day that has records in the range, by day, then vehicle, then time. Planned, not
   * simulated: some 75 us for a vehicle-day.
   *
   * @example
   * for await (const { trip_id, distance_m } of dataset.trips()) console.log(trip_id, distance_m / 1000, 'km');
   */
  trips(): AsyncIterable<Trip>;

  /**
   * The vehicles of the fleet, in the order of their numbers.
   *
   * @example
   * for await (const { vehicle_id, vehicle_class } of dataset.vehicles()) console.log(vehicle_id, vehicle_class);
   */
  vehicles(): AsyncIterable<VehicleRow>;
}

/**
 * Plans a dataset, without blocking the event loop, and opens it for reading. Rejects with a FleetgenError: exitCode 2
 * for what is wrong with the request or its scenario, 130 after an abort.
 *
 * @example
 * const dataset = await openDataset({ vehicles: 20, days: 1, seed: 7 });
 * console.log(dataset.identity.rows, 'records');
 */
export async function openDataset(options: OpenOptions = {}): Promise<OpenDataset> {
  checkKeys("openDataset's argument", options, [...DATASET_OPTIONS, 'workers', 'signal']);
  const { workers, signal } = options;
  checkNumber('workers', workers, LIMITS.workers);
  checkValue('signal', signal, (value) => value instanceof AbortSignal, "an AbortController's signal");
  return opened(await planOptions(options, signal, workers));
}

function opened(range: PlannedRange): OpenDataset {
  const { dataset, from, to } = range;
  const { telemetry, truth, vehicle, firstRecordId } = dataset;
  let shared: SharedPlans | undefined;
  const plans = () => {
    shared ??= new SharedPlans(dataset);
    return shared;
  };
  // One for each reader, as it makes one range at a time.
  const simulator = () => createSimulator(dataset, plans());
  // That of vehicle-days, each of which is made in one go.
  let ofDays: Simulator | undefined;
  const dayByDay = () => {
    ofDays ??= simulator();
    return ofDays;
  };
  return {
    identity: { ...datasetIdentity(dataset, from, to), rows: to - from, firstRecordId },
    schema: { records: telemetry, truth, vehicles: vehicle },
    columns: telemetry.columns,
    planned: dataset,
    batches: (options = {}) => batchesOf(range, options, simulator),
    rows: (options = {}) => rowsOf(range, options, simulator),
    stream: (options) => byteStream(range, options),
    arrow: (options = {}) => byteStream(range, { ...options, format: 'arrow' }),
    vehicleDay: (number, date) => vehicleDayOf(range, number, date, plans(), dayByDay),
    trips: () => tripsOf(range, plans()),
    vehicles: () => vehiclesOf(dataset),
  };
}
