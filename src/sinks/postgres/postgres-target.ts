/**
 * A PostgreSQL table as the coordinator's target. New and replacing tables are built separately and swapped in
 * (build-load.ts); rows are appended in place (append-load.ts) and deleted again by undo.
 */
import { hostname } from 'node:os';
import { type FleetgenError, runError } from '../../base/errors.js';
import type { TableSchema } from '../../columns/column.js';
import { type Client, connectClient, destroyClient } from '../../pg/client.js';
import { type ConnectionOptions, connectionOf, displayUrl } from '../../pg/connection/connection.js';
import type { CopyRowFormat } from '../../pg/copy-format.js';
import { buildNames, checkNames, qualified, runSuffix, type TableRef, truthTable } from '../../pg/identifiers.js';
import { isTransient, serverError } from '../../pg/server-error.js';
import { STALL_MS, withStallLimit } from '../../pg/stall-limit.js';
import type { Shard } from '../../plan/shards.js';
import type { IfExists, Load, LoadResult, LoadTarget, WorkerSinkSpec } from '../load-target.js';
import type { ShardDigest } from '../shard-sink.js';
import { prepareAppend } from './append/append-load.js';
import { completeJointTables } from './append/joint-table.js';
import { prepareBuild } from './build/build-load.js';
import { checkServer } from './check-server.js';
import { chooseLoad, type ExistingTables, findExistingTables, type LoadChoice, lockModeFor } from './choose-load.js';
import { type LockMode, lockRun, lockTable, unlockTable } from './ledger/advisory-lock.js';
import { dropDeadBuilds, dropReplaced } from './ledger/build-tables.js';
import type { EarlierRun } from './ledger/earlier-runs.js';
import { adoptRun, committedLabels, committedShards, type LoadMode, runState } from './ledger/ledger.js';
import { suspendRun, terminateBackends, undoRun } from './ledger/undo.js';
import type { LoadContext, PreparedLoad } from './load-context.js';
import { Sessions } from './sessions.js';
import type { PostgresSinkSpec } from './sink-spec.js';

const LOCK_WAIT_MS = 3000;
const SWAP_TIMEOUT_MS = 300_000;
/** The backend of a client that was killed or lost may hold its locks until it notices. */
const DEAD_CLIENT_WAIT_MS = 30_000;

export interface PostgresTargetOptions {
  /** A URL, `postgres` for libpq's environment, or options ready to use. */
  readonly connection: string | ConnectionOptions;
  readonly schema: string;
  readonly table: string;
  readonly ifExists: IfExists;
  /** Format of COPY; csv by default, while `generate` passes pgbinary unless asked for csv. */
  readonly format?: CopyRowFormat;
  /** Creates unlogged tables: faster, but empty after a crash of the server. */
  readonly unlogged?: boolean;
  /** Number of replaced tables to keep, as TABLE__old_SUFFIX; none by default. */
  readonly keepPrevious?: number;
  /** How long a swap waits for readers and for transactions that are older than the load; 5 minutes by default. */
  readonly swapTimeoutMs?: number;
  /** Whether it then ends the blocking sessions instead of giving up. */
  readonly terminateBlockers?: boolean;
  /** How long the server may be silent in the middle of a shard; 60 s by default. */
  readonly stallMs?: number;
  /** How long to wait for another load of the table to end; 3 s by default, 30 s to resume. */
  readonly lockWaitMs?: number;
}

/** Throws a requestError for a malformed URL or a name that can't be stored. */
export function createPostgresTarget(options: PostgresTargetOptions): LoadTarget {
  return new PostgresTarget(options);
}

class PostgresTarget implements LoadTarget {
  readonly #options: PostgresTargetOptions;
  readonly #ref: TableRef;
  readonly #sessions: Sessions;
  readonly resumable: boolean;
  /**
   * Generating rows takes a fraction of the time that a backend needs to store them, and one thread's code is optimised
   * sooner than two threads'.
   */
  readonly shardsPerThread = 2;
  #load: Load | undefined;
  #prepared: PreparedLoad | undefined;
  #sinkSpec: WorkerSinkSpec | undefined;
  #client: Client | undefined;
  #lock: LockMode;
  /** Whether the run is known and its lock held. */
  #chosen = false;
  #connecting: Promise<Client> | undefined;
  #finishes = 0;
  #swapBusy = false;
  #bytes = 0;

  constructor(options: PostgresTargetOptions) {
    this.#options = options;
    const connection = typeof options.connection === 'string' ? connectionOf(options.connection) : options.connection;
    this.#ref = { schema: options.schema, table: options.table };
    checkNames(this.#ref);
    this.resumable = options.ifExists === 'resume';
    this.#lock = options.ifExists === 'append' || this.resumable ? 'shared' : 'exclusive';
    // Shown to sessions that wait for the lock.
    const applicationName = connection.applicationName ?? `fleetgen ${process.pid}@${hostname()}`;
    this.#sessions = new Sessions({ ...connection, applicationName });
  }

  get #connection(): ConnectionOptions {
    return this.#sessions.connection;
  }

  get runId(): string | undefined {
    return this.#load?.runId;
  }

  async open(load: Load): Promise<void> {
    this.#load = load;
    await this.#explained(async () => {
      const client = await this.#session();
      await checkServer(client, this.#ref, load, displayUrl(this.#connection));
      this.#prepared = await this.#prepare(client, load);
    });
    const { schema } = this.#ref;
    const { table, truthTable: truth } = this.#prepared!;
    const postgres: PostgresSinkSpec = {
      runId: this.#load.runId,
      connection: this.#connection,
      schema,
      main: { table, columns: namesOf(load.dataset.telemetry) },
      format: this.#options.format ?? 'csv',
      ...(this.#options.stallMs !== undefined && { stallMs: this.#options.stallMs }),
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

  committed(shards: readonly Shard[]): Promise<ReadonlyMap<number, ShardDigest>> {
    return this.#explained(async () => {
      const client = await this.#session();
      const asked = committedShards(client, this.#ref.schema, this.#load!.runId, shards);
      return withStallLimit(asked, this.#options.stallMs ?? STALL_MS, displayUrl(this.#connection), () =>
        destroyClient(client),
      );
    });
  }

  async *labels(): AsyncGenerator<Uint8Array> {
    try {
      yield* committedLabels(await this.#session(), this.#ref.schema, this.#load!.runId);
    } catch (error) {
      throw serverError(error, displayUrl(this.#connection));
    }
  }

  isTransient(error: FleetgenError): boolean {
    return isTransient(error);
  }

  async finish(): Promise<LoadResult> {
    const started = performance.now();
    const finished = await this.#explained(async () => {
      const client = await this.#session();
      if (this.#finishes++ > 0) {
        await client.query('ROLLBACK');
        // The answer to an earlier attempt's last commit may have been lost.
        if ((await runState(client, this.#ref.schema, this.#load!.runId)) === 'done') return { bytes: 0 };
      }
      // The workers' connections are closed, so a backend still at work has lost its client and would block the
      // indexes.
      await terminateBackends(client, this.#ref.schema, this.#buildTables());
      return this.#prepared!.finish(client);
    }).catch((error: FleetgenError) => {
      throw error.code === 'PG_SWAP_BUSY' && !this.resumable ? this.#swapLater(error) : error;
    });
    await this.#sessions.end();
    return {
      target: displayUrl(this.#connection),
      bytes: this.#bytes + finished.bytes,
      ...(finished.swap && { swap: finished.swap }),
      table: `${this.#ref.schema}.${this.#ref.table}`,
      finishSeconds: (performance.now() - started) / 1000,
    };
  }

  async abort(): Promise<string | undefined> {
    const backends = this.#sessions.drop();
    // Without a load or a session nothing was changed on the server.
    if (this.#load === undefined || backends.length === 0) return undefined;
    const kept = this.resumable || this.#swapBusy;
    try {
      // Doesn't wait for an unreachable server: the next load into the table cleans up.
      const client = await connectClient({ ...this.#connection, connectTimeoutMs: 2000 });
      const left =
        kept && (await suspendRun(client, this.#ref, this.#load, backends))
          ? []
          : await undoRun(client, this.#ref, this.#load, backends);
      await client.end();
      return left.length === 0 ? undefined : `${left.join(', ')} can't be dropped as others use it: ${this.#cleanUp()}`;
    } catch (error) {
      if (kept || !this.#chosen) return undefined;
      const { message } = serverError(error, displayUrl(this.#connection));
      return `nothing could be undone (${message}): ${this.#remains()}`;
    }
  }

  #cleanUp(): string {
    return `the next load into ${qualified(this.#ref)} drops it`;
  }

  /** Describes what is left of a load that could not be undone. */
  #remains(): string {
    const resume = 'finish it with --if-exists resume';
    if (this.#prepared?.table === this.#ref.table) return `its rows stay in ${qualified(this.#ref)}; ${resume}`;
    const stays = `what it loaded stays beside ${qualified(this.#ref)}; the next load into that drops it`;
    return this.#options.unlogged ? stays : `${stays}, or ${resume}`;
  }

  /** Keeps a load that is complete except for its swap. */
  #swapLater(error: FleetgenError): FleetgenError {
    this.#swapBusy = true;
    return runError(
      error.code,
      `${error.message}, then finish the load, which is kept, with --if-exists resume`,
      error,
    );
  }

  #buildTables(): string[] {
    return buildNames(this.#ref.table, runSuffix(this.#load!.runId));
  }

  /** The session that holds the table's lock; a new one if that was lost, unless another load has taken the lock. */
  #session(): Promise<Client> {
    if (this.#client !== undefined && this.#sessions.isAlive(this.#client)) return Promise.resolve(this.#client);
    // Many shards may call this at once, and a second session would wait for the first one's lock.
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Client> {
    const again = this.#client !== undefined;
    const client = await this.#sessions.connect();
    // The server may not have noticed that the lost session is gone, and it holds the locks.
    if (this.#client !== undefined) await this.#sessions.endBackendOf(this.#client, client);
    await lockTable(client, this.#ref, this.#lockWait(again), this.#lock);
    if (this.#chosen) await lockRun(client, this.#load!.runId, this.#lockWait(again));
    this.#client = client;
    return client;
  }

  #lockWait(again: boolean): number {
    return this.#options.lockWaitMs ?? (again || this.resumable ? DEAD_CLIENT_WAIT_MS : LOCK_WAIT_MS);
  }

  async #prepare(client: Client, asked: Load): Promise<PreparedLoad> {
    const { choice, existing } = await this.#choose(client, asked);
    const run = choice.kind === 'resume' || choice.kind === 'done' ? choice.run : undefined;
    const load = run === undefined ? asked : { ...asked, runId: run.runId };
    await lockRun(client, load.runId, this.#lockWait(false));
    this.#load = load;
    this.#chosen = true;
    const suffix = runSuffix(load.runId);
    const unlogged = this.#options.unlogged ?? false;
    const resumed = choice.kind === 'resume';
    const { swapTimeoutMs = SWAP_TIMEOUT_MS, terminateBlockers = false } = this.#options;
    const terms = { resumable: this.resumable, keepPrevious: this.#keepPrevious(run) };
    const place = { sessions: this.#sessions, client, ref: this.#ref };
    const where = displayUrl(this.#connection);
    const context = {
      ...existing,
      ...place,
      ...terms,
      where,
      load,
      suffix,
      unlogged,
      resumed,
      swapTimeoutMs,
      terminateBlockers,
    };
    if (choice.kind === 'done') return alreadyDone(context, choice.run.mode);
    if (resumed) await adoptRun(client, this.#ref.schema, load.runId);
    const mode = choice.kind === 'resume' ? choice.run.mode : choice.kind;
    return mode === 'build' ? prepareBuild(context) : prepareAppend(context, mode);
  }

  /** Only a replacement drops replaced tables, and a resumed one no more than it was started with. */
  #keepPrevious(run: EarlierRun | undefined): number | null {
    const { ifExists, keepPrevious = 0 } = this.#options;
    if (ifExists === 'replace') return keepPrevious;
    const begun = run?.keepPrevious ?? null;
    return begun === null ? null : Math.max(begun, keepPrevious);
  }

  /** Chooses again under the lock that the choice needs, as tables may change until it is taken. */
  async #choose(client: Client, load: Load): Promise<{ choice: LoadChoice; existing: ExistingTables }> {
    for (;;) {
      const existing = await findExistingTables(client, this.#ref, load);
      const choice = await chooseLoad(client, this.#ref, load, this.#options.ifExists, existing);
      const needed = lockModeFor(choice);
      if (needed === this.#lock) return { choice, existing };
      await unlockTable(client, this.#ref, this.#lock);
      this.#lock = needed;
      await lockTable(client, this.#ref, this.#lockWait(false), needed);
    }
  }

  async #explained<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw serverError(error, displayUrl(this.#connection));
    }
  }
}

/** A load that was already done: repeats the last steps that may have failed (keys of joint tables, drops). */
function alreadyDone({ ref, load, keepPrevious }: LoadContext, mode: LoadMode): PreparedLoad {
  const finish = async (client: Client) => {
    if (mode === 'joint') await completeJointTables(client, ref, load);
    await dropDeadBuilds(client, ref, LOCK_WAIT_MS);
    if (keepPrevious !== null) await dropReplaced(client, ref, keepPrevious, LOCK_WAIT_MS);
    return { bytes: 0 };
  };
  return { table: ref.table, truthTable: truthTable(ref.table), finish };
}

function namesOf(schema: TableSchema): string[] {
  return schema.columns.map((column) => column.name);
}
