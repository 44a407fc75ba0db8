/** Sizes and durations of a bench. */
export interface BenchSize {
  readonly rounds: number;
  /** Seconds per round of a processor or memory task. */
  readonly taskSeconds: number;
  /** Seconds until the threads' code is optimised. */
  readonly warmUpSeconds: number;
  /** Bytes that a copy reads, and also writes, over all threads. */
  readonly copyBytes: number;
  /** Seconds of writing per round, and half of it for syncs. */
  readonly diskSeconds: number;
  /** Maximum size of a round's file. */
  readonly diskBytes: number;
  /** Target duration of a load, from which its rows are derived. */
  readonly loadSeconds: number;
  /** Rows of the first load, before the server's rate is known. */
  readonly firstLoadRows: number;
  /** Minimum rows per connection of a load. */
  readonly connectionRows: number;
}

const MIB = 1024 * 1024;

/** About a minute on a machine with few cores. */
export const ONE_MINUTE_SIZE: BenchSize = {
  rounds: 3,
  taskSeconds: 0.6,
  warmUpSeconds: 1,
  copyBytes: 256 * MIB,
  diskSeconds: 1.6,
  diskBytes: 1024 * MIB,
  loadSeconds: 1.2,
  firstLoadRows: 200_000,
  connectionRows: 130_000,
};
