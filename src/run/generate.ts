/** Loads one dataset into one place: implements `fleetgen generate` and the library's `generate`. */

import { availableParallelism } from 'node:os';
import { requireZstd } from '../base/compression/page-codecs.js';
import { requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue, definedOf } from '../base/options.js';
import { checkFileOptions, FILE_OPTIONS, type FileOptions, fileOptions } from '../formats/file-options.js';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../formats/formats.js';
import type { Dataset } from '../plan/dataset.js';
import { type DatasetIdentity, datasetIdentity } from '../plan/dataset-identity.js';
import { selectColumns } from '../plan/select-columns.js';
import { PARTITIONS, type Partition, type ShardCut, shardsOf } from '../plan/shards.js';
import { IF_EXISTS, type IfExists } from '../sinks/load-target.js';
import { TELEMETRY_INDEX, TELEMETRY_KEY } from '../sinks/postgres/ddl.js';
import { type Progress, type RunSummary, runLoad } from './coordinator.js';
import {
  checkDatasetOptions,
  DATASET_OPTIONS,
  type DatasetOptions,
  type PlannedRange,
  planOptions,
} from './dataset-options.js';
import { COPY_FORMATS, type CopyFormat, DEFAULTS, LIMITS } from './defaults.js';
import { openTarget, parseTarget, type TargetRequest } from './open-target.js';
import type { RunListener } from './progress/run-events.js';

/** Which records, and where to. Every option has a default; numbers are whole. */
export interface GenerateOptions extends DatasetOptions, Partial<FileOptions> {
  /**
   * embedded (the default), postgresql://..., postgres, - (standard output) or null, a file whose name ends in its
   * format (fleet.csv, fleet.ndjson.gz), or a folder whose name ends in a slash.
   */
  readonly to?: string;
  /** Of standard output, csv by default, and of a folder, parquet by default; of a file its name says it. */
  readonly format?: FormatName;
  /** Only these columns of the records, in this order; all by default. Databases need record_id, vehicle_id, recorded_at. */
  readonly columns?: readonly string[];
  /** A subfolder for each day, as Hive names them (day=2026-01-05); folders only. */
  readonly partitionBy?: Partition;
  /** Fewest records of a file in a folder, 1024 to 10^9; 65 536 by default. Files end with a vehicle's day. */
  readonly fileRows?: number;
  /** With `part`: the dataset is cut into so many parts at the ends of shards, 1 to 100 000, and this load is one of them. */
  readonly parts?: number;
  /** Which of the parts, from 1 on. */
  readonly part?: number;
  /** Threads, 1 to 256; as many as the machine has cores by default. */
  readonly workers?: number;
  /** Name of the main table; databases only. */
  readonly table?: string;
  readonly schema?: string;
  /** What to do if the table or file exists; fail by default. */
  readonly ifExists?: IfExists;
  /** How many of the tables that `replace` has replaced are kept, the latest first; none by default. */
  readonly keepPrevious?: number;
  /**
   * How long a replacement waits for readers and older transactions in all, 1 to 3 600 000 ms; 5 minutes by default.
   */
  readonly swapTimeoutMs?: number;
  /** Whether blocking sessions are then ended; by default the load gives up. */
  readonly terminateBlockers?: boolean;
  /** The format of COPY; the values are the same either way. */
  readonly copyFormat?: CopyFormat;
  /** Creates unlogged tables: faster, and empty after a crash of the server. */
  readonly unlogged?: boolean;
  /** Also loads the ground truth of every record into a companion table or file; for databases and files. */
  readonly truth?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Receives the run's events, shard by shard, for logs and metrics. */
  readonly onEvent?: RunListener;
  /** Aborting it undoes the load; if the reason is a FleetgenError, `generate` rejects with it. */
  readonly signal?: AbortSignal;
}

/** What a load did, and what makes the same records again. */
export interface GenerateSummary extends RunSummary, DatasetIdentity {
  /** Rows per second of the whole run, index and swap included. */
  readonly rowsPerSecond: number;
}

const TEXTS = ['to', 'table', 'schema'] as const;
const SWITCHES = ['unlogged', 'truth', 'terminateBlockers'] as const;
const LISTENERS = ['onProgress', 'onEvent'] as const;
const FOLDER_OPTIONS = [
  ['partitionBy', 'partition-by'],
  ['fileRows', 'file-rows'],
] as const;
const LOAD_NUMBERS = ['fileRows', 'parts', 'part', 'workers', 'keepPrevious', 'swapTimeoutMs'] as const;
const KNOWN = [
  ...[...DATASET_OPTIONS, ...TEXTS, ...SWITCHES, ...LISTENERS, ...FILE_OPTIONS, ...LOAD_NUMBERS],
  ...['columns', 'partitionBy', 'ifExists', 'copyFormat', 'format', 'signal'],
];

/** A checked request with its planned dataset. */
export interface PreparedLoad extends PlannedRange {
  readonly target: TargetRequest;
  readonly format: FormatName;
  readonly file: FileOptions;
  readonly cut?: ShardCut;
  readonly truth: boolean;
  readonly workers: number;
}

/** Throws a requestError for an invalid request; touches no target. */
export async function prepareLoad(options: GenerateOptions): Promise<PreparedLoad> {
  checkOptions(options);
  const target = parseTarget(options.to ?? DEFAULTS.to);
  if (options.truth && (target.kind === 'stdout' || target.kind === 'null')) {
    throw requestError('NO_TRUTH', 'the ground truth is stored beside the records: --truth needs a database or a file');
  }
  for (const [name, flag] of FOLDER_OPTIONS) {
    if (options[name] === undefined || target.kind === 'folder') continue;
    throw requestError('BAD_OPTION', `--${flag} has no effect with this --to: it is for a folder; leave it out`);
  }
  const format = formatFor(target, options);
  const file = fileOptions(FORMATS[format], options);
  if (file.codec === 'zstd') requireZstd();
  if (options.unlogged && (options.ifExists === 'resume' || options.ifExists === 'append')) {
    const done = options.ifExists === 'resume' ? 'be resumed' : 'be appended to';
    throw requestError(
      'NO_RESUME',
      `a load into unlogged tables can't ${done}, as a crash empties them: leave out --unlogged`,
    );
  }
  const planned = await planOptions(options, options.signal, options.workers);
  const dataset = withColumns(planned.dataset, options.columns, target);
  const cut = cutOf(options);
  const [from, to] = partOf(dataset, planned, options, cut);
  const { truth = false, workers = availableParallelism() } = options;
  return { target, format, file, dataset, from, to, truth, workers, ...(cut && { cut }) };
}

/**
 * Generates the records and loads them. Throws FleetgenError: exitCode 2 if the request was wrong and nothing was
 * changed, 1 if the run failed, 129, 130 or 143 if it was stopped; in every case nothing half done is left.
 *
 * @example
 * const { rows, vehicles, seconds } = await generate({ rows: 50_000, seed: 7, to: 'fleet.csv', ifExists: 'replace' });
 * console.log(rows, 'records of', vehicles, 'vehicles in', seconds, 's');
 */
export async function generate(options: GenerateOptions = {}): Promise<GenerateSummary> {
  const { target, format, file, dataset, from, to, truth, cut, workers } = await prepareLoad(options);
  const opened = await openTarget(target, {
    schema: options.schema ?? DEFAULTS.schema,
    table: options.table ?? DEFAULTS.table,
    ifExists: options.ifExists ?? DEFAULTS.ifExists,
    format,
    file,
    copyFormat: options.copyFormat ?? DEFAULTS.copyFormat,
    unlogged: options.unlogged ?? false,
    keepPrevious: options.keepPrevious ?? 0,
    ...(options.swapTimeoutMs !== undefined && { swapTimeoutMs: options.swapTimeoutMs }),
    terminateBlockers: options.terminateBlockers ?? false,
    signal: options.signal,
  });
  try {
    const { rows, rowsSkipped, seconds, finishSeconds, ...rest } = await runLoad({
      dataset,
      from,
      to,
      target: opened.target,
      truth,
      ...(cut && { cut }),
      workers,
      ...(options.onProgress && { onProgress: options.onProgress }),
      ...(options.onEvent && { onEvent: options.onEvent }),
      ...(options.signal && { signal: options.signal }),
    });
    return {
      rows,
      rowsSkipped,
      seconds,
      rowsPerSecond: Math.round(rows / seconds),
      finishSeconds: Math.round(finishSeconds * 1000) / 1000,
      ...rest,
      ...datasetIdentity(dataset, from, to),
    };
  } finally {
    await opened.close();
  }
}

/**
 * Checks a program's options, which may not have been type-checked. Those of the dataset are checked when it is
 * planned.
 */
function checkOptions(options: GenerateOptions): void {
  checkKeys("generate's argument", options, KNOWN);
  for (const name of LOAD_NUMBERS) checkNumber(name, options[name], LIMITS[name]);
  for (const name of TEXTS) checkValue(name, options[name], (value) => typeof value === 'string', 'a text');
  for (const name of SWITCHES) checkValue(name, options[name], (value) => typeof value === 'boolean', 'true or false');
  for (const name of LISTENERS) checkValue(name, options[name], (value) => typeof value === 'function', 'a function');
  checkFileOptions(options);
  checkValue('signal', options.signal, (value) => value instanceof AbortSignal, "an AbortController's signal");
  for (const [name, choices] of [
    ['ifExists', IF_EXISTS],
    ['copyFormat', COPY_FORMATS],
    ['format', FORMAT_NAMES],
    ['partitionBy', PARTITIONS],
  ] as const) {
    checkValue(name, options[name], (value) => choices.some((each) => each === value), `one of ${choices.join(', ')}`);
  }
  checkDatasetOptions(options);
}

/** The range, or that of the part of `parts`. The parts together are the dataset, whoever makes them. */
function partOf(
  dataset: Dataset,
  { from, to }: PlannedRange,
  { parts, part, range }: GenerateOptions,
  cut: ShardCut | undefined,
): readonly [from: number, to: number] {
  if (parts === undefined && part === undefined) return [from, to];
  if (parts === undefined || part === undefined || part > parts) {
    throw requestError('BAD_OPTION', '--parts N goes with --part K, from 1 to N: give both');
  }
  if (range !== undefined) throw requestError('BAD_OPTION', '--part and --range both choose records: leave out one');
  const shards = shardsOf(dataset, 0, dataset.rows, cut);
  const startOf = (k: number) => shards[Math.floor((k * shards.length) / parts)]?.from ?? dataset.rows;
  return [startOf(part - 1), startOf(part)];
}

function cutOf({ partitionBy, fileRows }: GenerateOptions): ShardCut | undefined {
  return partitionBy === undefined && fileRows === undefined ? undefined : definedOf({ partitionBy, fileRows });
}

/** A table has a primary key and an index. Throws a requestError for columns that are not there. */
function withColumns(dataset: Dataset, columns: readonly string[] | undefined, { kind }: TargetRequest): Dataset {
  if (columns === undefined) return dataset;
  if (kind !== 'embedded' && kind !== 'postgres') return selectColumns(dataset, columns);
  return selectColumns(dataset, columns, [...TELEMETRY_KEY, ...TELEMETRY_INDEX], 'an index of the table');
}

/** Throws a requestError where the format contradicts the file's name. */
function formatFor(request: TargetRequest, { format, to }: GenerateOptions): FormatName {
  const named = request.kind === 'file' ? request.file.format : undefined;
  if (format !== undefined && named !== undefined && format !== named) {
    throw requestError(
      'BAD_OPTION',
      `--format ${format} contradicts --to ${to}: leave out the one or rename the other`,
    );
  }
  return named ?? format ?? (request.kind === 'folder' ? 'parquet' : 'csv');
}
