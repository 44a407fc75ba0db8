/**
 * The little that coordinator and workers share while a load runs: whether to stop, and who is done. It lives in one
 * SharedArrayBuffer, so that neither side has to send messages for it.
 */
const ABORTED = 0;
const CLOSED = 1;

export interface SharedState {
  /** What crosses to a worker; give it to `sharedStateOn` there. */
  readonly memory: SharedArrayBuffer;
  requestAbort(): void;
  aborted(): boolean;
  /** A worker has given its sink back. */
  countClosed(): void;
  closed(): number;
}

/** For one pool of threads. */
export function createSharedState(): SharedState {
  return sharedStateOn(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

export function sharedStateOn(memory: SharedArrayBuffer): SharedState {
  const flags = new Int32Array(memory);
  return {
    memory,
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
