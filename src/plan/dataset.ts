/** A dataset: the effective scenario, the seed and the window, planned. Plain data, so that it crosses to workers whole. */
import type { TableSchema } from '../columns/column.js';
import { TELEMETRY } from '../columns/telemetry.js';
import { VEHICLE } from '../columns/vehicle.js';
import type { Shard } from './shards.js';

export const ALGORITHM_VERSION = 1;

export interface DatasetRequest {
  readonly seed: number;
  /** Calendar date, YYYY-MM-DD. */
  readonly start: string;
  readonly intervalSeconds: number;
  readonly rows?: number;
  readonly vehicles?: number;
  readonly days?: number;
}

export interface Dataset {
  readonly seed: number;
  readonly algorithmVersion: number;
  /** SHA-256 of the effective scenario, hex. */
  readonly scenarioHash: string;
  readonly rows: number;
  readonly vehicles: number;
  readonly days: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly intervalMs: number;
  /** Added to the position of a record to make its record_id. */
  readonly firstRecordId: number;
  readonly telemetry: TableSchema;
  readonly vehicle: TableSchema;
}

/** Throws FleetgenError (exit 2) when rows, vehicles and days together ask for more than there is. */
export function planDataset(request: DatasetRequest): Dataset {
  return {
    seed: request.seed,
    algorithmVersion: ALGORITHM_VERSION,
    scenarioHash: '0'.repeat(64),
    rows: request.rows ?? 1_000_000,
    vehicles: request.vehicles ?? 100,
    days: request.days ?? 14,
    firstDay: 20458,
    intervalMs: request.intervalSeconds * 1000,
    firstRecordId: 0,
    telemetry: TELEMETRY,
    vehicle: VEHICLE,
  };
}

/** The shards of the records from (inclusive) to (exclusive), in order; none when from equals to. */
export function shardsOf(dataset: Dataset, from: number, to: number): Shard[] {
  const size = 65536;
  const shards: Shard[] = [];
  for (let index = Math.floor(from / size); index * size < Math.min(to, dataset.rows); index++) {
    shards.push({ index, from: Math.max(from, index * size), to: Math.min(to, (index + 1) * size) });
  }
  return shards;
}
