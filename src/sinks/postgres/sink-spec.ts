/** What a worker needs to open its own COPY connection. Lives in memory only: it can hold a password. */
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import type { CopyRowFormat } from '../../pg/copy-format.js';
import type { CopiedTable } from '../../pg/identifiers.js';

export interface PostgresSinkSpec {
  readonly runId: string;
  readonly connection: ConnectionOptions;
  /** Holds the table and the ledger. */
  readonly schema: string;
  /** Table and COPY format of the shard's rows. */
  readonly main: CopiedTable;
  readonly format: CopyRowFormat;
  /** Where their truth goes, in loads that have it. */
  readonly truth?: CopiedTable;
  /** How long the server may neither read nor answer; 60 000 if absent. */
  readonly stallMs?: number;
}
