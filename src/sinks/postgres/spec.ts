/** What a worker needs to open its own COPY connection. Lives in memory only: it can hold a password. */
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import type { CopyRowFormat } from '../../pg/copy-stream.js';
import type { CopiedTable } from '../../pg/identifiers.js';

export interface PostgresSinkSpec {
  readonly runId: string;
  readonly connection: ConnectionOptions;
  /** Holds the table and the ledger. */
  readonly schema: string;
  /** Where the shard's rows go, and how. */
  readonly main: CopiedTable;
  readonly format: CopyRowFormat;
  /** Where their truth goes, in loads that have it. */
  readonly truth?: CopiedTable;
  /** How long the server may take nothing and say nothing; 60 000 when absent. */
  readonly stallMs?: number;
}
