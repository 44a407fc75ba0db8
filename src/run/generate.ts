/** One dataset into one place: what `fleetgen generate` does, and the library's `generate`. */
import { availableParallelism } from 'node:os';
import { requestError } from '../errors.js';
import { type Dataset, planDataset } from '../plan/dataset.js';
import type { Scenario } from '../scenario/scenario.js';
import { type Progress, type RunSummary, runLoad } from './coordinator.js';
import { COPY_FORMATS, type CopyFormat, DEFAULTS, IF_EXISTS, type IfExists, LIMITS, type Limit } from './defaults.js';
import type { RunListener } from './events.js';
import { openTarget, parseTarget } from './targets.js';

/** Every option has a default; numbers are whole. */
export interface GenerateOptions {
  /** Exactly this many records; without vehicles and days too, 1 000 000. */
  readonly rows?: number;
  /** 0 to 2^53 - 1. The same seed gives the same records. */
  readonly seed?: number;
  /** A whole one, as `loadScenario` gives it; the default one where it is missing. */
  readonly scenario?: Scenario;
  readonly vehicles?: number;
  readonly days?: number;
  /** Seconds between two records of a moving vehicle, 1 to 300. */
  readonly intervalSeconds?: number;
  /** First day, YYYY-MM-DD. */
  readonly start?: string;
  /** embedded, postgresql://..., postgres, FILE.csv, FILE.csv.gz, - or null. */
  readonly to?: string;
  /** A header line in files and on standard output; true by default. */
  readonly header?: boolean;
  /** Only these records of the dataset: from (inclusive) to (exclusive). */
  readonly range?: readonly [from: number, to: number];
  /** Threads, 1 to 256; as many as the machine has cores by default. */
  readonly workers?: number;
  /** For databases. */
  readonly table?: string;
  readonly schema?: string;
  /** What to do when the table or file is there already; fail by default. */
  readonly ifExists?: IfExists;
  /** How many of the tables that `replace` replaces stay beside, the latest first; none by default. */
  readonly keepPrevious?: number;
  /** How rows travel to a database; the same values either way. */
  readonly copyFormat?: CopyFormat;
  /** The tables that a database makes are written to no log: faster, and empty after a crash of the server. */
  readonly unlogged?: boolean;
  /** Also the truth of every record, in a table or file beside: for databases and files. */
  readonly truth?: boolean;
  /** Added to every record_id. */
  readonly firstRecordId?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Hears what happens, shard by shard, for logs and metrics. */
  readonly onEvent?: RunListener;
  /** Aborting it undoes the load; a FleetgenError given as the reason is what `generate` rejects with. */
  readonly signal?: AbortSignal;
}

export interface GenerateSummary extends RunSummary {
  /** Per second of the whole run, index and swap included. */
  readonly rowsPerSecond: number;
  readonly seed: number;
  /** SHA-256, hex, of the effective scenario: its figures and the dataset's start, days, vehicles and interval. */
  readonly scenarioHash: string;
  readonly algorithmVersion: number;
  readonly vehicles: number;
  readonly days: number;
  readonly start: string;
  readonly intervalSeconds: number;
  readonly range: readonly [from: number, to: number];
}

/**
 * Makes the records and loads them. Throws FleetgenError: exitCode 2 when the request was wrong and nothing was
 * touched, 1 when the run failed, 129, 130 or 143 when it was stopped; whatever happens, nothing half-done is left.
 */
export async function generate(options: GenerateOptions = {}): Promise<GenerateSummary> {
  for (const [name, limit] of Object.entries(LIMITS)) check(name, options[name as keyof typeof LIMITS], limit);
  checkKinds(options);
  const request = parseTarget(options.to ?? DEFAULTS.to);
  if (options.truth && (request.kind === 'stdout' || request.kind === 'null')) {
    throw requestError('NO_TRUTH', 'the truth goes beside the records: it needs a database or a file to go to');
  }
  if (options.unlogged && (options.ifExists === 'resume' || options.ifExists === 'append')) {
    const done = options.ifExists === 'resume' ? 'be resumed' : 'be put together of several';
    throw requestError(
      'NO_RESUME',
      `a load into unlogged tables can not ${done}, as a crash empties them: leave out --unlogged`,
    );
  }
  const dataset = datasetOf(options);
  const [from, to] = rangeOf(options, dataset);
  options.signal?.throwIfAborted();
  const opened = await openTarget(request, {
    schema: options.schema ?? DEFAULTS.schema,
    table: options.table ?? DEFAULTS.table,
    ifExists: options.ifExists ?? DEFAULTS.ifExists,
    header: options.header ?? true,
    copyFormat: options.copyFormat ?? DEFAULTS.copyFormat,
    unlogged: options.unlogged ?? false,
    keepPrevious: options.keepPrevious ?? 0,
    signal: options.signal,
  });
  try {
    const { rows, rowsSkipped, seconds, finishSeconds, ...rest } = await runLoad({
      dataset,
      from,
      to,
      target: opened.target,
      truth: options.truth ?? false,
      workers: options.workers ?? availableParallelism(),
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
      seed: dataset.seed,
      scenarioHash: dataset.scenarioHash,
      algorithmVersion: dataset.algorithmVersion,
      vehicles: dataset.vehicles,
      days: dataset.days,
      start: new Date(dataset.firstDay * 86_400_000).toISOString().slice(0, 10),
      intervalSeconds: dataset.intervalMs / 1000,
      range: [from, to],
    };
  } finally {
    await opened.close();
  }
}

function check(name: string, value: number | undefined, { min, max, example }: Limit): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  throw requestError(
    'BAD_OPTION',
    `${name} is ${value}: give a whole number from ${min} to ${max}, such as ${example}`,
  );
}

const TEXTS = ['to', 'table', 'schema', 'start'] as const;
const SWITCHES = ['header', 'unlogged', 'truth'] as const;

/** What the types say, for callers whose compiler doesn't: JavaScript, or options read from a file. */
function checkKinds(options: GenerateOptions): void {
  for (const name of TEXTS) refuse(name, options[name], (value) => typeof value === 'string', 'a text');
  for (const name of SWITCHES) refuse(name, options[name], (value) => typeof value === 'boolean', 'true or false');
  for (const [name, choices] of [
    ['ifExists', IF_EXISTS],
    ['copyFormat', COPY_FORMATS],
  ] as const) {
    refuse(name, options[name], (value) => choices.some((each) => each === value), `one of ${choices.join(', ')}`);
  }
}

function refuse(name: string, value: unknown, isRight: (value: unknown) => boolean, allowed: string): void {
  if (value === undefined || isRight(value)) return;
  throw requestError('BAD_OPTION', `${name} is ${JSON.stringify(value)}: give ${allowed}`);
}

function datasetOf(options: GenerateOptions): Dataset {
  const { rows, vehicles, days, scenario, firstRecordId = 0 } = options;
  const dataset = planDataset({
    seed: options.seed ?? DEFAULTS.seed,
    start: options.start ?? DEFAULTS.start,
    intervalSeconds: options.intervalSeconds ?? DEFAULTS.intervalSeconds,
    firstRecordId,
    ...(rows !== undefined && { rows }),
    ...(vehicles !== undefined && { vehicles }),
    ...(days !== undefined && { days }),
    ...(scenario !== undefined && { scenario }),
  });
  const most = Number.MAX_SAFE_INTEGER - dataset.rows;
  if (firstRecordId > most) {
    throw requestError(
      'BAD_OPTION',
      `with --first-record-id ${firstRecordId} the last record_id passes 2^53 - 1: give at most ${most}`,
    );
  }
  return dataset;
}

/** The range asked for, or all of the dataset. Throws a requestError where it goes past the end. */
export function rangeOf({ range }: Pick<GenerateOptions, 'range'>, { rows }: Dataset): readonly [number, number] {
  if (range === undefined) return [0, rows];
  const [from, to] = range;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw requestError('BAD_RANGE', `the range ${from}:${to} is not one: give a:b with 0 <= a <= b, such as 0:500000`);
  }
  if (to > rows) {
    throw requestError(
      'BAD_RANGE',
      `the range ${from}:${to} goes past the end: the dataset has ${rows} records, so b is at most ${rows}`,
    );
  }
  return [from, to];
}
