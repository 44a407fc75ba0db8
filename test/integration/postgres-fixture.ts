/** A real server in a temporary folder, a database for each test, and loads driven as the coordinator drives them. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createBatch } from '#src/columns/batch.js';
import { openEmbedded } from '#src/embedded/open.js';
import { resetEmbedded } from '#src/embedded/stop.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import type { Shard } from '#src/plan/shards.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import type { Load, LoadResult, LoadTarget, WorkerSinkSpec } from '#src/sinks/load-target.js';
import { openPostgresSink } from '#src/sinks/postgres/copy-sink.js';
import { createPostgresTarget, type PostgresTargetOptions } from '#src/sinks/postgres/postgres-target.js';
import { RowDigest } from '#src/sinks/row-digest.js';
import type { ShardDigest, ShardSink } from '#src/sinks/shard-sink.js';

export type Row = Record<string, unknown>;

export interface TestServer {
  /** Makes an empty database and returns its URL. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<TestServer> {
  const home = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
  const server = await openEmbedded({ home });
  let made = 0;
  return {
    async database() {
      const name = `test_${++made}`;
      await query(server.url, `CREATE DATABASE ${name}`);
      return server.url.replace(/[^/]*$/, name);
    },
    async stop() {
      await server.stop();
      // The server's user may not reach the home, and its data then lies elsewhere.
      await resetEmbedded(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The rows of the (last) statement, over a new connection. */
export async function query(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  const client = await connect(url);
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql, values);
    return (Array.isArray(result) ? result.at(-1)! : result).rows;
  } finally {
    await client.end();
  }
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The first column of the first row. */
export async function value(url: string, sql: string, values?: unknown[]): Promise<unknown> {
  return Object.values((await query(url, sql, values))[0]!)[0];
}

/** Equal exactly for tables with the same rows, in any order. */
export async function tableDigest(url: string, table: string): Promise<unknown> {
  return value(url, `SELECT count(*) || ':' || sum(hashtextextended(t::text, 0)) FROM "${table}" t`);
}

/** Every relation of the schema but those named, for asserting that nothing is left. */
export async function relations(url: string, schema = 'public'): Promise<string[]> {
  const rows = await query(
    url,
    `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind <> 't' ORDER BY relname COLLATE "C"`,
    [`"${schema.replaceAll('"', '""')}"`],
  );
  return rows.map((row) => String(row.relname));
}

/** Relations that are not the ledger's. */
export async function tables(url: string, schema = 'public'): Promise<string[]> {
  return (await relations(url, schema)).filter((name) => !name.startsWith('fleetgen_'));
}

/** The relations that a complete load of the table `fleet` leaves beside the ledger. */
export const WHOLE = ['fleet', 'fleet_pkey', 'fleet_vehicle', 'fleet_vehicle_id_recorded_at_idx', 'fleet_vehicle_pkey'];

/** Simulates killing every process that works in the database: their sessions end and nothing is undone. */
export const END_SESSIONS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

let planned: Dataset | undefined;

/** At most 20 000 rows; planned once, because fewer rows are the same dataset cut short. */
export function dataset(rows: number, changes: Partial<Dataset> = {}): Dataset {
  planned ??= planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 20_000, vehicles: 20 });
  return { ...planned, rows, ...changes };
}

/** A load of records from:to, in shards of `shardRows`. */
export function loadOf(data: Dataset, from = 0, to = data.rows, shardRows = 500, truth = false): Load {
  const shards: Shard[] = [];
  for (let at = from; at < to; at += shardRows) {
    shards.push({ index: at / shardRows, from: at, to: Math.min(to, at + shardRows) });
  }
  return { runId: randomUUID(), dataset: data, from, to, truth, shards, workers: 1 };
}

export function target(url: string, options: Partial<PostgresTargetOptions> = {}): LoadTarget {
  return createPostgresTarget({ connection: url, schema: 'public', table: 'fleet', ifExists: 'fail', ...options });
}

/**
 * Opens, loads all shards over `connections` connections and finishes; undoes the load and throws when anything fails.
 */
export async function runLoad(
  url: string,
  load: Load,
  options: Partial<PostgresTargetOptions> = {},
  connections = 2,
): Promise<LoadResult> {
  const place = target(url, options);
  const sinks: ShardSink[] = [];
  try {
    await place.open(load);
    const queue = [...load.shards];
    const work = async (sink: ShardSink) => {
      for (let shard = queue.shift(); shard !== undefined; shard = queue.shift()) {
        place.shardDone(shard, await loadShard(sink, load.dataset, shard));
      }
    };
    for (let i = 0; i < connections && i < load.shards.length; i++) sinks.push(sinkOf(place, load));
    await Promise.all(sinks.map(work));
    await Promise.all(sinks.map((sink) => sink.close()));
    return await place.finish();
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.abort()));
    await place.abort();
    throw error;
  }
}

/** Opens a load and commits its first shards over one connection; the caller does the rest. */
export async function beginLoad(
  url: string,
  load: Load,
  options: Partial<PostgresTargetOptions>,
  shards = 1,
): Promise<LoadTarget> {
  const place = target(url, options);
  await place.open(load);
  await loadShards(place, load, load.shards.slice(0, shards));
  return place;
}

/** Resumes as the coordinator does: loads only the shards that are missing, and returns those. */
export async function resumeLoad(url: string, load: Load): Promise<Shard[]> {
  const place = target(url, { ifExists: 'resume' });
  await place.open(load);
  const committed = await place.committed!(load.shards);
  const missing = load.shards.filter((shard) => !committed.has(shard.index));
  await loadShards(place, load, missing);
  await place.finish();
  return missing;
}

async function loadShards(place: LoadTarget, load: Load, shards: readonly Shard[]): Promise<void> {
  const sink = sinkOf(place, load);
  for (const shard of shards) await loadShard(sink, load.dataset, shard);
  await sink.close();
}

export function sinkOf(place: LoadTarget, load: Load): ShardSink {
  const { spec }: { spec: WorkerSinkSpec } = place.sinkFor(load.shards[0]!);
  if (spec.kind !== 'postgres') throw new Error(`a ${spec.kind} sink`);
  return openPostgresSink(structuredClone(spec.postgres));
}

export async function loadShard(
  sink: ShardSink,
  data: Dataset,
  shard: Shard,
  chunkBytes = 65536,
): Promise<ShardDigest> {
  await sink.begin(shard);
  const digest = await sendRows(sink, data, shard, chunkBytes);
  await sink.commit(digest);
  return digest;
}

export async function sendRows(
  sink: Pick<ShardSink, 'write'>,
  data: Dataset,
  shard: Shard,
  chunkBytes: number,
): Promise<ShardDigest> {
  const bytes = csvOf(data, shard.from, shard.to);
  let buffer = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const piece = bytes.subarray(at, at + chunkBytes);
    buffer.set(piece);
    buffer = await sink.write(buffer, piece.length);
    // Whoever reads the buffer later would store this.
    buffer.fill(0x78);
  }
  const digest = new RowDigest('csv');
  digest.add(bytes);
  return { rows: shard.to - shard.from, ...digest.end() };
}

export function csvOf(data: Dataset, from: number, to: number): Uint8Array<ArrayBuffer> {
  const writer = compileCsvWriter(data.telemetry);
  const batch = createBatch(data.simulated, 256);
  const source = createRecordSource(data, from, to);
  const out = new Uint8Array((to - from + 1) * writer.maxRowBytes);
  let used = 0;
  while (source.fill(batch) > 0) used = writer.write(batch, 0, batch.length, out, used);
  return out.subarray(0, used);
}
