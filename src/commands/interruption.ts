/** The messages for a signal that ends a command, which describe what the command leaves. */
import { dirname } from 'node:path';
import type { TargetRequest } from '../run/open-target.js';

export interface Interruption {
  /** After the undo of the first signal. */
  readonly undone: string;
  /** If the undo took too long, or after a second signal. */
  readonly unfinished: string;
}

const UNFINISHED = 'stopped before the undo was through';

/** For `fleetgen generate`, by target. */
export function generateInterruption(target: TargetRequest): Interruption {
  const again = 'what was there before is as it was; run the same command again';
  switch (target.kind) {
    case 'embedded':
    case 'postgres':
      return {
        undone: `interrupted: nothing of this run is left, ${again}`,
        unfinished: `${UNFINISHED}: what was committed stays; finish it with --if-exists resume, or load again with --if-exists replace`,
      };
    case 'file':
      return {
        undone: `interrupted: no file of this run is left, ${again}`,
        unfinished: `${UNFINISHED}: hidden files .*.partial may stay in ${dirname(target.path)}, to be removed; run the same command again`,
      };
    case 'folder':
      return {
        undone: `interrupted: nothing of this run is left, ${again}`,
        unfinished: `${UNFINISHED}: ${target.path} may hold a part of the load; finish it with --if-exists resume`,
      };
    case 'stdout':
    case 'null':
      return { undone: 'interrupted', unfinished: 'interrupted' };
  }
}

/** For the other commands. */
export const INTERRUPTIONS = {
  stream: {
    undone: 'interrupted',
    unfinished: 'stopped before all messages under way were acknowledged: some may be delivered',
  },
  verify: {
    undone: 'interrupted',
    unfinished: 'stopped before all was closed: an embedded server may still run; fleetgen db stop ends it',
  },
  bench: {
    undone: 'interrupted: nothing of this run is left; run the same command again',
    unfinished: `${UNFINISHED}: a schema fleetgen_bench or a temporary folder may be left`,
  },
} as const satisfies Record<string, Interruption>;
