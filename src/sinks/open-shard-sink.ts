/** Opens a worker's sink from the plain data it received. */

import type { WorkerSinkSpec } from './load-target.js';
import { openNullSink } from './null.js';
import type { ShardSink } from './shard-sink.js';

/** Modules are loaded on demand: a load into a file never loads the database driver. */
export async function openShardSink(spec: WorkerSinkSpec): Promise<ShardSink> {
  switch (spec.kind) {
    case 'null':
      return openNullSink();
    case 'ordered': {
      const { openOrderedSink } = await import('./files/ordered-sink.js');
      return openOrderedSink(spec);
    }
    case 'folder': {
      const { openFolderSink } = await import('./folder/folder-sink.js');
      return openFolderSink(spec);
    }
    case 'postgres': {
      const { openPostgresSink } = await import('./postgres/copy-sink.js');
      return openPostgresSink(spec.postgres);
    }
  }
}
