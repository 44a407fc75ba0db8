/**
 * The little that coordinator and workers share while a load runs: how far it is, and whether to stop. It lives in one
 * SharedArrayBuffer, so that neither side has to send messages for it.
 */
const ABORTED = 0;
const CLOSED = 1;
const ROWS = 0;
const BYTES = 1;
const COUNTERS_AT = 8;

export interface SharedState {
  /** What crosses to a worker; give it to `sharedStateOn` there. */
  readonly memory: SharedArrayBuffer;
  /** Counts rows and bytes of canonical CSV that left the encoder. */
  add(rows: number, bytes: number): void;
  rows(): number;
  bytes(): number;
  requestAbort(): void;
  aborted(): boolean;
  /** A worker has given its sink back. */
  countClosed(): void;
  closed(): number;
}

export function createSharedState(): SharedState {
  return sharedStateOn(new SharedArrayBuffer(COUNTERS_AT + 2 * BigInt64Array.BYTES_PER_ELEMENT));
}

export function sharedStateOn(memory: SharedArrayBuffer): SharedState {
  const flags = new Int32Array(memory, 0, 2);
  const counters = new BigInt64Array(memory, COUNTERS_AT, 2);
  return {
    memory,
    add(rows, bytes) {
      Atomics.add(counters, ROWS, BigInt(rows));
      Atomics.add(counters, BYTES, BigInt(bytes));
    },
    rows: () => Number(Atomics.load(counters, ROWS)),
    bytes: () => Number(Atomics.load(counters, BYTES)),
    requestAbort() {
      Atomics.store(flags, ABORTED, 1);
    },
    aborted: () => Atomics.load(flags, ABORTED) === 1,
    countClosed() {
      Atomics.add(flags, CLOSED, 1);
    },
    closed: () => Atomics.load(flags, CLOSED),
  };
}
