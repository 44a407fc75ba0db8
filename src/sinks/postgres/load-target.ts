/**
 * A PostgreSQL table as the coordinator's target. New and replaced tables are built beside (build-load.ts), rows are
 * appended in place (append-load.ts); either way the table is as before until its load is whole, or again after undo.
 */

import type { TableSchema } from '../../columns/column.js';
import { type FleetgenError, requestError } from '../../errors.js';
import type { Shard } from '../../plan/shards.js';
import type { RowFormat, ShardDigest } from '../sink.js';
import type { Load, LoadResult, LoadTarget, WorkerSinkSpec } from '../target.js';
import { lockTable } from './advisory-lock.js';
import { prepareAppend } from './append-load.js';
import { prepareBuild } from './build-load.js';
import { type Client, connectClient } from './client.js';
import { type ConnectionOptions, connectionOf, displayUrl } from './connection.js';
import { type ExistingTable, findTable, isTruth } from './existing-table.js';
import {
  buildNames,
  checkNames,
  qualified,
  runSuffix,
  type TableRef,
  truthTable,
  vehicleTable,
} from './identifiers.js';
import { committedShards, runState } from './ledger.js';
import { mayPass, serverError } from './server-error.js';
import { Sessions } from './sessions.js';
import type { PostgresSinkSpec } from './spec.js';
import { endBackends, undoRun } from './undo.js';

/** A backend that was lost may hold its locks until it notices. */
const LOST_LOCK_WAIT_MS = 30_000;

export interface PostgresTargetOptions {
  /** A URL, `postgres` for libpq's environment, or options ready to use. */
  readonly connection: string | ConnectionOptions;
  readonly schema: string;
  readonly table: string;
  readonly ifExists: 'fail' | 'append' | 'replace';
  /** How rows travel; csv by default. */
  readonly format?: RowFormat;
  /** Tables that the load makes are written to no log: faster, and empty after a crash of the server. */
  readonly unlogged?: boolean;
  /** How long to wait for another load of the table to end; 3 s by default. */
  readonly lockWaitMs?: number;
}

/** What the two ways of loading are prepared from. */
export interface LoadContext {
  readonly sessions: Sessions;
  /** Holds the advisory lock of the table. */
  readonly client: Client;
  readonly ref: TableRef;
  readonly load: Load;
  /** Marks the run's passing tables. */
  readonly suffix: string;
  readonly main: ExistingTable | null;
  readonly vehicle: ExistingTable | null;
  /** What stands under the name of the truth and is a truth, or has to make room for one. */
  readonly truth: ExistingTable | null;
  readonly unlogged: boolean;
}

/** A load whose checks are through and whose tables stand. */
export interface PreparedLoad {
  /** Where the shards' rows go. */
  readonly table: string;
  /** Where their truth goes, in loads that have it. */
  readonly truthTable: string;
  /** Makes the load visible and lasting; returns the bytes of the vehicles' rows. Starts over when an attempt failed. */
  finish(client: Client): Promise<number>;
}

/** Throws a requestError for a malformed URL or a name that can't be stored. */
export function createPostgresTarget(options: PostgresTargetOptions): LoadTarget {
  return new PostgresTarget(options);
}

class PostgresTarget implements LoadTarget {
  readonly #options: PostgresTargetOptions;
  readonly #connection: ConnectionOptions;
  readonly #ref: TableRef;
  readonly #sessions: Sessions;
  #load: Load | undefined;
  #prepared: PreparedLoad | undefined;
  #sinkSpec: WorkerSinkSpec | undefined;
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  #finishes = 0;
  #bytes = 0;

  constructor(options: PostgresTargetOptions) {
    this.#options = options;
    this.#connection = typeof options.connection === 'string' ? connectionOf(options.connection) : options.connection;
    this.#ref = { schema: options.schema, table: options.table };
    checkNames(this.#ref);
    this.#sessions = new Sessions(this.#connection);
  }

  async open(load: Load): Promise<void> {
    this.#load = load;
    await this.#explained(async () => {
      const client = await this.#session();
      this.#prepared = await this.#prepare(client, load);
    });
    const { schema } = this.#ref;
    const { table, truthTable: truth } = this.#prepared!;
    const postgres: PostgresSinkSpec = {
      runId: load.runId,
      connection: this.#connection,
      schema,
      main: { table, columns: namesOf(load.dataset.telemetry) },
      format: this.#options.format ?? 'csv',
      ...(load.truth && { truth: { table: truth, columns: namesOf(load.dataset.truth) } }),
    };
    this.#sinkSpec = { kind: 'postgres', postgres };
  }

  sinkFor(): { spec: WorkerSinkSpec; transfer: [] } {
    return { spec: this.#sinkSpec!, transfer: [] };
  }

  shardDone(_shard: Shard, digest: ShardDigest): void {
    this.#bytes += digest.bytes + (digest.truth?.bytes ?? 0);
  }

  settled(shards: readonly Shard[]): Promise<ReadonlyMap<number, ShardDigest>> {
    return this.#explained(async () =>
      committedShards(await this.#session(), this.#ref.schema, this.#load!.runId, shards),
    );
  }

  passing(error: FleetgenError): boolean {
    return mayPass(error);
  }

  async finish(): Promise<LoadResult> {
    const started = performance.now();
    const vehicleBytes = await this.#explained(async () => {
      const client = await this.#session();
      if (this.#finishes++ > 0) {
        await client.query('ROLLBACK');
        // The answer to an earlier attempt's last commit may have been lost.
        if ((await runState(client, this.#ref.schema, this.#load!.runId)) === 'done') return 0;
        await endBackends(client, this.#ref.schema, this.#passingTables());
      }
      return this.#prepared!.finish(client);
    });
    await this.#sessions.end();
    return {
      target: displayUrl(this.#connection),
      bytes: this.#bytes + vehicleBytes,
      table: `${this.#ref.schema}.${this.#ref.table}`,
      finishSeconds: (performance.now() - started) / 1000,
    };
  }

  async abort(): Promise<void> {
    const backends = this.#sessions.drop();
    // Without a load nothing was asked of the server; without a session nothing was done there.
    if (this.#load === undefined || backends.length === 0) return;
    try {
      // A server that is gone is not waited for: the next load into the table cleans up.
      const client = await connectClient({ ...this.#connection, connectTimeoutMs: 2000 });
      await undoRun(client, this.#ref, this.#load, backends);
      await client.end();
    } catch {
      // Whatever could not be undone is in the ledger.
    }
  }

  #passingTables(): string[] {
    return buildNames(this.#ref.table, runSuffix(this.#load!.runId));
  }

  /** The session that holds the lock of the table; a new one when that was lost, unless another load came between. */
  #session(): Promise<Client> {
    if (this.#client !== undefined && this.#sessions.alive(this.#client)) return Promise.resolve(this.#client);
    // Many shards may ask at once, and a second session would wait for the first one's lock.
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Client> {
    const again = this.#client !== undefined;
    const client = await this.#sessions.connect();
    if (!again) await this.#checkSchema(client);
    await lockTable(client, this.#ref, this.#options.lockWaitMs ?? (again ? LOST_LOCK_WAIT_MS : 3000));
    this.#client = client;
    return client;
  }

  async #prepare(client: Client, load: Load): Promise<PreparedLoad> {
    const { schema, table } = this.#ref;
    const { ifExists } = this.#options;
    const main = await findTable(client, this.#ref);
    const vehicle = await findTable(client, { schema, table: vehicleTable(table) });
    const suffix = runSuffix(load.runId);
    const truthFound = await findTable(client, { schema, table: truthTable(table) });
    // Without truth of its own, a load has to do with that table only if it holds the truth of another.
    const truth = load.truth || (truthFound !== null && isTruth(truthFound)) ? truthFound : null;
    const context: LoadContext = {
      sessions: this.#sessions,
      client,
      ref: this.#ref,
      load,
      suffix,
      main,
      vehicle,
      truth,
      unlogged: this.#options.unlogged ?? false,
    };
    if (main !== null && ifExists === 'append') return prepareAppend(context, main);
    const companion = (vehicle && vehicleTable(table)) ?? (truth && truthTable(table));
    const standing = main === null ? companion : table;
    if (standing !== null && ifExists !== 'replace') {
      throw requestError(
        'PG_TABLE_EXISTS',
        `${qualified({ schema, table: standing })} exists: add --if-exists replace${main === null ? '' : ' or append'}, or name another --table`,
      );
    }
    return prepareBuild(context);
  }

  async #checkSchema(client: Client): Promise<void> {
    const { schema } = this.#ref;
    const found = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (found.rowCount === 1) return;
    const where = displayUrl(this.#connection);
    throw requestError(
      'PG_NO_SCHEMA',
      `there is no schema ${JSON.stringify(schema)} at ${where}: make it with CREATE SCHEMA, or name another with --schema`,
    );
  }

  async #explained<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw serverError(error, displayUrl(this.#connection));
    }
  }
}

function namesOf(schema: TableSchema): string[] {
  return schema.columns.map((column) => column.name);
}
