/** The input of the ways of loading a table, and what each of them prepares. */
import type { Client } from '../../pg/client.js';
import type { TableRef } from '../../pg/identifiers.js';
import type { Load, SwapReport } from '../load-target.js';
import type { ExistingTables } from './choose-load.js';
import type { RunPolicy } from './ledger/ledger.js';
import type { Sessions } from './sessions.js';

export interface LoadContext extends ExistingTables, RunPolicy {
  readonly sessions: Sessions;
  /** Holds the advisory lock of the table. */
  readonly client: Client;
  readonly ref: TableRef;
  /** The server, for messages. */
  readonly where: string;
  /** Has the id of the earlier run if it continues one. */
  readonly load: Load;
  /** Marks the run's build tables. */
  readonly suffix: string;
  readonly unlogged: boolean;
  /** How long a swap waits for other sessions in all, and whether it then ends them. */
  readonly swapTimeoutMs: number;
  readonly terminateBlockers: boolean;
  /** The run is in the ledger, and its tables exist. */
  readonly resumed: boolean;
}

/** A load that has been checked and whose tables exist. */
export interface PreparedLoad {
  /** Table for the shards' rows. */
  readonly table: string;
  /** Table for their ground truth, in loads that have it. */
  readonly truthTable: string;
  /** Makes the load visible and durable. Can be called again after a failed attempt. */
  finish(client: Client): Promise<FinishedLoad>;
}

export interface FinishedLoad {
  /** Bytes of the vehicles' rows. */
  readonly bytes: number;
  /** Present if the load replaced a table. */
  readonly swap?: SwapReport;
}
