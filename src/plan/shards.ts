/**
 * Cuts a dataset into shards: half-open ranges of records, aligned to vehicle-days except where --range or --rows cuts
 * them. The grid of shards depends on the dataset and the cut, never on the workers or the requested range.
 */
import { isoDate } from '../base/time.js';
import { blockCount } from './capacity/capacity.js';
import type { Dataset } from './dataset.js';
import { checkRange } from './record-range.js';

/** A range of records that is made apart from the others. */
export interface Shard {
  /** Position in the dataset's grid of shards. */
  readonly index: number;
  /** Positions of its records in the dataset, from (inclusive) to (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Where shards end with the day: the days of its vehicles, YYYY-MM-DD. */
  readonly day?: string;
}

/** A shard ends with the vehicle-day that reaches this number of records: about 12 MB of CSV, half a second of COPY. */
const SHARD_RECORDS = 65536;

/** How files are divided into subfolders. */
export const PARTITIONS = ['day'] as const;
export type Partition = (typeof PARTITIONS)[number];

/** How the files of a folder are cut, one for each shard. */
export interface ShardCut {
  /** Shards also end with their day. */
  readonly partitionBy?: Partition;
  /** Fewest records of a shard, but for the last one (of a day); 65 536 by default. */
  readonly fileRows?: number;
}

/**
 * The shards of the records `from` (inclusive) to `to` (exclusive), in order; none if they are equal. Throws a
 * requestError for a range outside the dataset.
 */
export function shardsOf(
  dataset: Dataset,
  from: number,
  to: number,
  { partitionBy, fileRows = SHARD_RECORDS }: ShardCut = {},
): Shard[] {
  checkRange(dataset, from, to);
  const { before } = dataset.capacity;
  const blocks = blockCount(dataset.vehicles);
  const shards: Shard[] = [];
  let start = 0;
  let index = 0;
  for (let i = 1; i < before.length; i++) {
    const end = before[i]!;
    const endsDay = partitionBy === 'day' && i % blocks === 0;
    if (end - start < fileRows && !endsDay && i < before.length - 1) continue;
    const day = partitionBy && isoDate(dataset.firstDay + Math.floor((i - 1) / blocks));
    const shard = { index, from: Math.max(start, from), to: Math.min(end, to), ...(day && { day }) };
    if (shard.from < shard.to) shards.push(shard);
    start = end;
    index++;
  }
  return shards;
}
