/**
 * The worker's end of a load: one connection, and per shard one transaction with the COPY of its rows, the COPY of
 * their ground truth, and the shard's row in the ledger. So a shard is in the table exactly once or not at all.
 */
import { runError } from '../../base/errors.js';
import { FILE_DEFAULTS } from '../../formats/file-options.js';
import { type Client, connectClient, destroyClient } from '../../pg/client.js';
import { displayUrl } from '../../pg/connection/connection.js';
import type { CopyRowFormat } from '../../pg/copy-format.js';
import { type Chunk, CopyStream } from '../../pg/copy-stream.js';
import { qualified } from '../../pg/identifiers.js';
import { serverError } from '../../pg/server-error.js';
import { STALL_MS, withStallLimit } from '../../pg/stall-limit.js';
import type { Shard } from '../../plan/shards.js';
import type { RowEncoding, ShardDigest, ShardSink } from '../shard-sink.js';
import { recordShard } from './ledger/ledger.js';
import { lostRowsError } from './lost-rows.js';
import type { PostgresSinkSpec } from './sink-spec.js';

/** Texts of a few values, where binary saves nothing. */
const TRUTH_FORMAT = 'csv';

/** Connects on the first begin, and keeps the connection until close or abort. */
export function openPostgresSink(spec: PostgresSinkSpec): ShardSink {
  return new CopySink(spec);
}

function encodingOf(format: CopyRowFormat): RowEncoding {
  return format === 'pgbinary' ? { format } : { format, options: FILE_DEFAULTS };
}

class CopySink implements ShardSink {
  readonly #spec: PostgresSinkSpec;
  /** Row counts reported by the server for this shard's completed COPY commands. */
  readonly #stored: number[] = [];
  /** Buffers that no write holds. */
  #free: Chunk[] = [];
  #client: Client | undefined;
  #copy: CopyStream | undefined;
  #shard: Shard | undefined;
  /** Counts aborts: a connection opened during one is discarded. */
  #aborts = 0;

  constructor(spec: PostgresSinkSpec) {
    this.#spec = spec;
  }

  get encoding(): RowEncoding {
    return encodingOf(this.#spec.format);
  }

  get truthEncoding(): RowEncoding | undefined {
    return this.#spec.truth && encodingOf(TRUTH_FORMAT);
  }

  async begin(shard: Shard): Promise<void> {
    await this.#explained(async () => {
      const client = this.#client ?? (await this.#connect());
      await client.query('BEGIN');
      this.#shard = shard;
      this.#stored.length = 0;
      this.#copy = new CopyStream(client, this.#spec.schema, this.#spec.main, this.#spec.format, this.#free);
    });
  }

  async beginTruth(): Promise<void> {
    await this.#explained(async () => {
      const { client, copy } = this.#active();
      this.#stored.push(await copy.finish());
      this.#copy = new CopyStream(client, this.#spec.schema, this.#spec.truth!, TRUTH_FORMAT, this.#free);
    });
  }

  write(buffer: Chunk, length: number): Promise<Chunk> {
    return this.#explained(() => this.#active().copy.write(buffer, length));
  }

  addBlock(): void {}

  async commit(digest: ShardDigest): Promise<void> {
    await this.#explained(async () => {
      const { client, copy, shard } = this.#active();
      this.#stored.push(await copy.finish());
      this.#copy = undefined;
      const { schema, main, truth } = this.#spec;
      const wrong = this.#stored.findIndex((rows) => rows !== digest.rows);
      if (wrong !== -1) {
        const { table } = wrong === 0 ? main : truth!;
        const name = qualified({ schema, table });
        const what = `${name} at ${this.#where()} took ${this.#stored[wrong]} of the ${digest.rows} rows of records ${shard.from}:${shard.to}`;
        throw await lostRowsError(client, { schema, table }, what);
      }
      await recordShard(client, schema, this.#spec.runId, shard, digest);
      await client.query('COMMIT');
      this.#shard = undefined;
    });
  }

  /** Drops the connection, which rolls the transaction back at any stage. */
  async abort(): Promise<void> {
    this.#aborts++;
    if (this.#client !== undefined) destroyClient(this.#client);
    this.#client = undefined;
    this.#copy = undefined;
    this.#shard = undefined;
    this.#free = [];
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (this.#shard !== undefined || client === undefined) return this.abort();
    this.#client = undefined;
    await client.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    const isAborting = this.#aborts;
    const client = await connectClient(this.#spec.connection);
    if (isAborting !== this.#aborts) {
      destroyClient(client);
      throw runError('PG_ABORTED', `the load into ${this.#where()} was stopped`);
    }
    this.#client = client;
    // Safe: a crash that loses the commit also loses its ledger row, and the coordinator's last commit flushes all
    // earlier ones.
    await client.query('SET synchronous_commit = off');
    return client;
  }

  #active(): { client: Client; copy: CopyStream; shard: Shard } {
    if (this.#client === undefined || this.#copy === undefined || this.#shard === undefined) {
      throw runError('PG_ABORTED', `the load into ${this.#where()} was stopped`);
    }
    return { client: this.#client, copy: this.#copy, shard: this.#shard };
  }

  async #explained<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await withStallLimit(action(), this.#spec.stallMs ?? STALL_MS, this.#where(), () => void this.abort());
    } catch (error) {
      throw serverError(error, this.#where());
    }
  }

  #where(): string {
    return displayUrl(this.#spec.connection);
  }
}
