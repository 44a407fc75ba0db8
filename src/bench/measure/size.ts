/** How long a bench takes. */
export interface BenchSize {
  readonly rounds: number;
  /** For a task of the processor or the memory, in each round. */
  readonly taskSeconds: number;
  /** Until the code of the threads is compiled. */
  readonly warmUpSeconds: number;
  /** Bytes that a copy reads and as many that it writes, all threads together. */
  readonly copyBytes: number;
  /** For writing, and half of it for syncs, in each round. */
  readonly diskSeconds: number;
  /** A round's file is never larger. */
  readonly diskBytes: number;
  /** What a load should take: its rows follow from it. */
  readonly loadSeconds: number;
  /** Until the first load has said how fast the server is. */
  readonly firstLoadRows: number;
  /** The least for each connection of a load. */
  readonly connectionRows: number;
}

const MIB = 1024 * 1024;

/** About a minute on a machine with few cores. */
export const MINUTE: BenchSize = {
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
