/**
 * Cuts a dataset into shards: half-open ranges of records, aligned to vehicle-days except where --range or --rows cuts
 * them. The grid of shards depends on the dataset only, never on the workers or the requested range.
 */
import type { Dataset } from './dataset.js';
import { checkRange } from './record-range.js';

/** A range of records that is made apart from the others. */
export interface Shard {
  /** Position in the dataset's grid of shards. */
  readonly index: number;
  /** Positions of its records in the dataset, from (inclusive) to (exclusive). */
  readonly from: number;
  readonly to: number;
}

/** A shard ends with the vehicle-day that reaches this number of records: about 12 MB of CSV, half a second of COPY. */
const SHARD_RECORDS = 65536;

/**
 * The shards of the records `from` (inclusive) to `to` (exclusive), in order; none if they are equal. Throws a
 * requestError for a range outside the dataset.
 */
export function shardsOf(dataset: Dataset, from: number, to: number): Shard[] {
  checkRange(dataset, from, to);
  const { before } = dataset.capacity;
  const shards: Shard[] = [];
  let start = 0;
  let index = 0;
  for (let i = 1; i < before.length; i++) {
    const end = before[i]!;
    if (end - start < SHARD_RECORDS && i < before.length - 1) continue;
    const shard = { index, from: Math.max(start, from), to: Math.min(end, to) };
    if (shard.from < shard.to) shards.push(shard);
    start = end;
    index++;
  }
  return shards;
}
