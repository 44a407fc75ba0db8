/** What a worker needs to open its own COPY connection. Lives in memory only: it can hold a password. */
import type { ConnectionOptions } from './connection.js';

export interface PostgresSinkSpec {
  readonly runId: string;
  readonly connection: ConnectionOptions;
  /** Holds the table and the ledger. */
  readonly schema: string;
  /** The table the shard's rows go to. */
  readonly table: string;
  readonly columns: readonly string[];
}
