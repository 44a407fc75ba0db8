/**
 * Loads into PostgreSQL, as `fleetgen generate` makes them: by number of connections, as CSV and binary, logged and
 * unlogged, and which processes used this machine's processor meanwhile. In a separate schema that is dropped
 * afterwards.
 */
import { requestError } from '../../base/errors.js';
import { type Client, connectClient } from '../../pg/client.js';
import { connectionOf, displayUrl } from '../../pg/connection/connection.js';
import { onlyRow } from '../../pg/only-row.js';
import { serverError } from '../../pg/server-error.js';
import { runLoad } from '../../run/coordinator.js';
import { type CopyFormat, DEFAULTS } from '../../run/defaults.js';
import { openTarget } from '../../run/open-target.js';
import { StageRecorder } from '../report/figures.js';
import type { CurvePoint, Server, Stage } from '../report/report.js';
import { benchDataset } from './bench-dataset.js';
import { freeBytes } from './disk.js';
import { interleave } from './interleave.js';
import { processorTime } from './machine.js';
import { workerCounts } from './processor.js';
import { median } from './round-statistics.js';
import type { BenchSize } from './size.js';
import { withTemporaryServer } from './temporary-server.js';

const SCHEMA = 'fleetgen_bench';
/** Table, indexes and write-ahead log, with a margin. */
const DISK_BYTES_PER_ROW = 1000;
/** The system catalogues and the minimum of write-ahead log. */
const EMPTY_SERVER_BYTES = 500e6;
const LOCAL = /^(\/|localhost$|127\.|::1$)/;

/** A temporary embedded server, or the user's. */
export type DatabaseRequest =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'postgres'; readonly connection: string };

export interface DatabaseOptions {
  readonly request: DatabaseRequest;
  /** Folder for the embedded server's data. */
  readonly folder: string;
  /** The most connections. */
  readonly workers: number;
  readonly size: BenchSize;
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((round: string) => void) | undefined;
}

export interface DatabaseResults {
  readonly server: Server;
  readonly stage: Stage;
  /** Rows per second by number of connections. */
  readonly curve: readonly CurvePoint[];
  readonly use: CpuShares;
  /** Whether the server is on this machine. */
  readonly local: boolean;
}

/** Shares of this machine's processor while CSV was loaded over all connections, 0 to 1, medians of the rounds. */
export interface CpuShares {
  readonly fleetgen: number;
  /** The server, if it is on this machine, and all other programs. */
  readonly others: number;
}

/** Throws a FleetgenError: 2 if the schema exists, 1 if the server refuses or can't be reached. */
export async function measureDatabase(options: DatabaseOptions): Promise<DatabaseResults> {
  const { request, folder, signal } = options;
  if (request.kind === 'postgres') return measureServer(options, request.connection);
  options.onRound?.('database, starting the embedded server');
  return withTemporaryServer(({ url }) => measureServer(options, url), folder, signal);
}

/** Bytes of disk that the embedded server needs at least. */
export function embeddedBytes(workers: number, size: BenchSize): number {
  return EMPTY_SERVER_BYTES + workers * size.connectionRows * DISK_BYTES_PER_ROW;
}

async function measureServer(options: DatabaseOptions, connection: string): Promise<DatabaseResults> {
  const embedded = options.request.kind === 'embedded';
  const place = connectionOf(connection);
  const version = await makeSchema(connection);
  let loads: Pick<DatabaseResults, 'stage' | 'curve' | 'use'>;
  try {
    const max = embedded ? (await freeBytes(options.folder)) / DISK_BYTES_PER_ROW : Number.POSITIVE_INFINITY;
    loads = await measureLoads(connection, options, max);
  } catch (error) {
    // The first error matters more than a failure to drop the schema.
    await dropSchema(connection).catch(() => {});
    throw error;
  }
  await dropSchema(connection);
  const target = embedded ? 'embedded' : displayUrl(place);
  return { server: { target, version }, local: LOCAL.test(place.host), ...loads };
}

async function measureLoads(
  connection: string,
  { workers, size, signal, onRound }: DatabaseOptions,
  max: number,
): Promise<Pick<DatabaseResults, 'stage' | 'curve' | 'use'>> {
  const load = (request: LoadRequest) => loadOnce(connection, request, signal);
  onRound?.('database, warming up');
  const first = await load({ rows: size.firstLoadRows, connections: 1 });
  const rowsFor = (connections: number) => {
    // More than four connections seldom scale linearly.
    const timely = first.rate * Math.min(connections, 4) * size.loadSeconds;
    return Math.floor(Math.min(Math.max(timely, connections * size.connectionRows), max));
  };
  const recorder = new StageRecorder();
  const points = workerCounts(workers).map((count) => ({ workers: count, values: [] as number[] }));
  const fleetgen: number[] = [];
  const others: number[] = [];
  const csv = async () => {
    for (const point of points) {
      const loaded = await load({ rows: rowsFor(point.workers), connections: point.workers });
      point.values.push(loaded.rate);
      if (point.workers !== workers) continue;
      recorder.add('load CSV', 'rows/s', loaded.rate);
      recorder.add('key and index', 'rows/s', loaded.finishRate);
      fleetgen.push(loaded.use.fleetgen);
      others.push(loaded.use.others);
    }
  };
  const all = { rows: rowsFor(workers), connections: workers };
  const binary = async () => recorder.add('load binary', 'rows/s', (await load({ ...all, copyFormat: 'binary' })).rate);
  const unlogged = async () =>
    recorder.add('load CSV, unlogged', 'rows/s', (await load({ ...all, unlogged: true })).rate);
  await interleave(size.rounds, [csv, binary, unlogged], (round) => onRound?.(`database, ${round}`));
  return {
    stage: recorder.stage('postgres'),
    curve: points.map((point) => ({ ...point, median: median(point.values) })),
    use: { fleetgen: median(fleetgen), others: median(others) },
  };
}

interface LoadRequest {
  readonly rows: number;
  readonly connections: number;
  readonly copyFormat?: CopyFormat;
  readonly unlogged?: boolean;
}

interface LoadFindings {
  /** Rows per second from the first shard's start to the last one's commit. */
  readonly rate: number;
  /** Rows per second of the steps after that: key, index, statistics, swap. */
  readonly finishRate: number;
  readonly use: CpuShares;
}

/** Each load replaces the table of the one before. */
async function loadOnce(
  connection: string,
  { rows, connections, copyFormat = 'csv', unlogged = false }: LoadRequest,
  signal: AbortSignal | undefined,
): Promise<LoadFindings> {
  const place = { schema: SCHEMA, table: DEFAULTS.table, ifExists: 'replace' } as const;
  const how = { header: false, copyFormat, unlogged, signal };
  const { target, close } = await openTarget({ kind: 'postgres', connection }, { ...place, ...how });
  let before = reading();
  let after = before;
  const { finishSeconds } = await runLoad({
    dataset: benchDataset(rows),
    from: 0,
    to: rows,
    target,
    workers: connections,
    onEvent: ({ kind }) => {
      if (kind === 'opened') before = reading();
      if (kind === 'shard') after = reading();
    },
    ...(signal && { signal }),
  });
  await close();
  return {
    rate: rows / (after.seconds - before.seconds),
    finishRate: rows / finishSeconds,
    use: processorUse(before, after),
  };
}

interface Reading {
  readonly seconds: number;
  /** Processor time of the machine, and of this process with its threads. */
  readonly busy: number;
  readonly all: number;
  readonly own: number;
}

function reading(): Reading {
  const { user, system } = process.cpuUsage();
  return { seconds: performance.now() / 1000, ...processorTime(), own: (user + system) / 1e6 };
}

function processorUse(before: Reading, after: Reading): CpuShares {
  const all = Math.max(after.all - before.all, 1e-3);
  const fleetgen = Math.min((after.own - before.own) / all, 1);
  return { fleetgen, others: Math.max((after.busy - before.busy) / all - fleetgen, 0) };
}

/** Checks before measuring what would otherwise fail later. Throws like measureDatabase. */
export async function checkServer(connection: string): Promise<void> {
  await makeSchema(connection);
  await dropSchema(connection);
}

/** Returns the server's version. */
async function makeSchema(connection: string): Promise<string> {
  return withClient(connection, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [SCHEMA]);
    if (rowCount) {
      throw requestError(
        'BENCH_SCHEMA',
        `the schema ${SCHEMA} already exists: another bench is running, or one was killed: in that case DROP SCHEMA ${SCHEMA} CASCADE`,
      );
    }
    await client.query(`CREATE SCHEMA ${SCHEMA}`);
    const answer = await client.query<{ server_version: string }>('SHOW server_version');
    return onlyRow(answer).server_version;
  });
}

async function dropSchema(connection: string): Promise<void> {
  await withClient(connection, (client) => client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`));
}

async function withClient<T>(connection: string, use: (client: Client) => Promise<T>): Promise<T> {
  const options = connectionOf(connection);
  try {
    const client = await connectClient({ ...options, applicationName: 'fleetgen bench' });
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  } catch (error) {
    throw serverError(error, displayUrl(options));
  }
}
