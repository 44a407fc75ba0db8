/**
 * The null target: rows are simulated, encoded and digested, and the bytes discarded. Measures everything but the sink.
 */
import { FILE_DEFAULTS } from '../formats/file-options.js';
import type { LoadTarget } from './load-target.js';
import type { ShardSink } from './shard-sink.js';

export function openNullSink(): ShardSink {
  return {
    encoding: { format: 'csv', options: FILE_DEFAULTS },
    truthEncoding: undefined,
    begin: async () => {},
    beginTruth: async () => {},
    write: async (buffer) => buffer,
    addBlock: () => {},
    commit: async () => {},
    abort: async () => {},
    close: async () => {},
  };
}

/** The result's `bytes` counts the discarded bytes. */
export function createNullTarget(): LoadTarget {
  let bytes = 0;
  return {
    open: async () => {},
    sinkFor: () => ({ spec: { kind: 'null' }, transfer: [] }),
    shardDone: (_shard, digest) => {
      bytes += digest.bytes;
    },
    finish: async () => ({ target: 'null', bytes, finishSeconds: 0 }),
    abort: async () => undefined,
    // No error is transient here, but having the method allows a retry of a shard whose thread died.
    isTransient: () => false,
  };
}
