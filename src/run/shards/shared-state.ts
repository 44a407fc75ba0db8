/**
 * State shared by the coordinator and the workers during a load: the abort flag and the number of closed workers, in
 * one SharedArrayBuffer, so that no messages are needed.
 */
const ABORTED = 0;
const CLOSED = 1;

export interface SharedState {
  /** Send this to a worker, which passes it to `sharedStateOn`. */
  readonly memory: SharedArrayBuffer;
  requestAbort(): void;
  aborted(): boolean;
  /** Counts a worker that has closed its sinks. */
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
