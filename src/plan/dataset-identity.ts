import { isoDate } from '../base/time.js';
import type { Dataset } from './dataset.js';

/** What makes these records again. */
export interface DatasetIdentity {
  /** 0 to 2^53 - 1. */
  readonly seed: number;
  /** SHA-256, hex, of the effective scenario: its figures and the dataset's start, days, vehicles and interval. */
  readonly scenarioHash: string;
  /** Of the fleetgen that made it: others give other bytes. */
  readonly algorithmVersion: number;
  /** First day, YYYY-MM-DD. */
  readonly start: string;
  readonly days: number;
  readonly vehicles: number;
  readonly intervalSeconds: number;
  /** The records from (inclusive) to (exclusive). */
  readonly range: readonly [from: number, to: number];
}

/** What a file says of its dataset, as JSON. */
export function identityText(identity: DatasetIdentity, firstRecordId: number): string {
  return JSON.stringify({ ...identity, firstRecordId });
}

export function datasetIdentity(dataset: Dataset, from: number, to: number): DatasetIdentity {
  const { seed, scenarioHash, algorithmVersion, days, vehicles } = dataset;
  return {
    seed,
    scenarioHash,
    algorithmVersion,
    start: isoDate(dataset.firstDay),
    days,
    vehicles,
    intervalSeconds: dataset.intervalMs / 1000,
    range: [from, to],
  };
}
