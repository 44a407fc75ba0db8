/** What a worker needs to open its own COPY connection. Lives in memory only: it can hold a password. */
export interface PostgresSinkSpec {
  readonly runId: string;
  /** Options for pg's Client. */
  readonly connection: Readonly<Record<string, unknown>>;
  readonly schema: string;
  /** The table the shard's rows go to. */
  readonly table: string;
  readonly columns: readonly string[];
}
