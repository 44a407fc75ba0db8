/**
 * Half-open range of records, aligned to vehicle-days except where --range or --rows cuts it. The grid of shards is a function of
 * the dataset only: never of the number of workers or of the range asked for.
 */
export interface Shard {
  /** Position in the dataset's grid of shards. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}
