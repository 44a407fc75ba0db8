/** What the ways of loading a table are given, and what each of them prepares. */
import type { Client } from '../../pg/client.js';
import type { TableRef } from '../../pg/identifiers.js';
import type { Load, SwapReport } from '../target.js';
import type { Standing } from './choose-load.js';
import type { RunTerms } from './ledger/ledger.js';
import type { Sessions } from './sessions.js';

/** What the ways of loading are prepared from. */
export interface LoadContext extends Standing, RunTerms {
  readonly sessions: Sessions;
  /** Holds the advisory lock of the table. */
  readonly client: Client;
  readonly ref: TableRef;
  /** The server, for people. */
  readonly where: string;
  /** With the id of the earlier run when the load goes on with one. */
  readonly load: Load;
  /** Marks the run's build tables. */
  readonly suffix: string;
  readonly unlogged: boolean;
  /** How long a swap waits for other sessions in all, and whether it ends them then. */
  readonly swapTimeoutMs: number;
  readonly terminateBlockers: boolean;
  /** The run is in the ledger, and its tables stand. */
  readonly resumed: boolean;
}

/** A load whose checks are through and whose tables stand. */
export interface PreparedLoad {
  /** Where the shards' rows go. */
  readonly table: string;
  /** Where their truth goes, in loads that have it. */
  readonly truthTable: string;
  /** Makes the load visible and durable. Starts over after a failed attempt. */
  finish(client: Client): Promise<FinishedLoad>;
}

export interface FinishedLoad {
  /** Of the vehicles' rows. */
  readonly bytes: number;
  /** Where the load took the place of another. */
  readonly swap?: SwapReport;
}
