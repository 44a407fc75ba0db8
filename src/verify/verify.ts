/**
 * Reads a load back and checks it: implements `fleetgen verify` and the library's `verify`. Findings are a result, not an
 * error.
 */
import { availableParallelism } from 'node:os';
import { abortReason, requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue } from '../base/options.js';
import { fileKindOf } from '../formats/formats.js';
import type { ConnectionOptions } from '../pg/connection/connection.js';
import { checkDatasetOptions, DATASET_OPTIONS, type DatasetOptions, planOptions } from '../run/dataset-options.js';
import { DEFAULTS, LIMITS } from '../run/defaults.js';
import { parseTarget, type TargetRequest } from '../run/open-target.js';
import { chosenScenario } from '../scenario/read/chosen-scenario.js';
import type { ExpectedPart } from './exact/check-table.js';
import { type AllFindings, countAllDifferences } from './exact/findings.js';
import type { RealismReport } from './realism/check-realism.js';

/** What can be checked. */
export const CHECKS = ['exact', 'realism', 'all'] as const;

/**
 * What is checked, and the dataset that it is to be. Of a table without any option of the dataset but the scenario, its ledger
 * says what was loaded.
 */
export interface VerifyOptions extends DatasetOptions {
  /** embedded, postgresql://..., postgres, or a file whose name ends in its format: fleet.csv, fleet.ndjson.gz. */
  readonly from: string;
  /** exact (the default): every value; realism: statistical checks; or all. */
  readonly checks?: (typeof CHECKS)[number];
  /** The main table of a database; fleet_telemetry by default. */
  readonly table?: string;
  /** Its schema; public by default. */
  readonly schema?: string;
  /** Share of a table's shards to compare value by value, 0 to 1; 1 by default. Files are always compared whole. */
  readonly sample?: number;
  /** Requires the ground truth; if it is there, it is compared in any case. */
  readonly truth?: boolean;
  /** Threads that compare a table, 1 to 256; as many as the machine has cores by default. */
  readonly workers?: number;
  /** Aborting it stops the check; if the reason is a FleetgenError, `verify` rejects with it. */
  readonly signal?: AbortSignal;
}

/** What the checks found. */
export interface VerifyResult {
  /** Whether no record differs and no check fails. */
  readonly ok: boolean;
  /** Differences from the simulation, in checks exact and all. */
  readonly exact?: AllFindings;
  /** The statistical checks, in checks realism and all. */
  readonly realism?: RealismReport;
}

const TEXTS = ['table', 'schema'] as const;
const KNOWN = [...DATASET_OPTIONS, ...TEXTS, 'from', 'checks', 'sample', 'truth', 'workers', 'signal'];
/** Any of them says what is expected, in place of a table's ledger. */
const DEFINING = DATASET_OPTIONS.filter((name) => name !== 'scenario') as (keyof DatasetOptions)[];

/**
 * Compares stored records with the simulation, value by value, with the expectations of their scenario, or both. Changes
 * nothing and prints nothing. Rejects with a FleetgenError: exitCode 2 for a wrong request and for a file or table that is
 * not there, 1 for one that can't be read, 130 after an abort. A difference is no error: see `ok`.
 *
 * @example
 * await generate({ rows: 50_000, seed: 7, to: 'fleet.csv', ifExists: 'replace' });
 * const { ok, exact } = await verify({ from: 'fleet.csv', rows: 50_000, seed: 7 });
 * if (!ok) console.log(exact?.changed, 'changed,', exact?.missing, 'missing', exact?.list[0]);
 */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  checkOptions(options);
  const { checks = 'exact', signal } = options;
  const target = parseSource(options.from);
  if (signal?.aborted) throw abortReason(signal);
  const source = await open(target, signal);
  try {
    const parts = await expectedParts(options, source.connection);
    const exact = checks === 'realism' ? undefined : await compare(options, target, source.connection, parts);
    const realism = checks === 'exact' ? undefined : await judge(options, target, source.connection, parts);
    const ok = (exact === undefined || countAllDifferences(exact) === 0) && (realism?.failed ?? 0) === 0;
    return { ok, ...(exact && { exact }), ...(realism && { realism }) };
  } catch (error) {
    throw signal?.aborted ? abortReason(signal) : error;
  } finally {
    await source.close();
  }
}

function checkOptions(options: VerifyOptions): void {
  checkKeys("verify's argument", options, KNOWN);
  const isText = (value: unknown) => typeof value === 'string';
  checkValue('from', options.from ?? null, isText, 'a database or a file to read, such as fleet.csv');
  for (const name of TEXTS) checkValue(name, options[name], isText, 'a text');
  const isKnown = (value: unknown) => CHECKS.some((each) => each === value);
  checkValue('checks', options.checks, isKnown, `one of ${CHECKS.join(', ')}`);
  const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
  checkValue('sample', options.sample, isShare, 'a share from 0 to 1, such as 0.1');
  checkValue('truth', options.truth, (value) => typeof value === 'boolean', 'true or false');
  checkNumber('workers', options.workers, LIMITS.workers);
  checkValue('signal', options.signal, (value) => value instanceof AbortSignal, "an AbortController's signal");
  checkDatasetOptions(options);
}

/** Throws a requestError for what is not a place, or one that can't be read back. */
export function parseSource(text: string): TargetRequest {
  const file = fileKindOf(text);
  if (file !== undefined) return { kind: 'file', path: text, file };
  const request = parseTarget(text, '--from');
  if (request.kind !== 'stdout' && request.kind !== 'null') return request;
  throw requestError('UNKNOWN_SOURCE', `--from ${text} can't be read from: give a database or a file`);
}

interface OpenSource {
  /** Only for a database. */
  readonly connection: ConnectionOptions | undefined;
  close(): Promise<void>;
}

async function open(target: TargetRequest, signal: AbortSignal | undefined): Promise<OpenSource> {
  const nothing = async (): Promise<void> => {};
  if (target.kind === 'file') return { connection: undefined, close: nothing };
  if (target.kind === 'postgres') {
    const { connectionOf } = await import('../pg/connection/connection.js');
    const { pinHost } = await import('../pg/client.js');
    return { connection: await pinHost(connectionOf(target.connection)), close: nothing };
  }
  const { openEmbedded } = await import('../embedded/open.js');
  const server = await openEmbedded({ signal });
  return { connection: server.connection, close: () => server.stop() };
}

/** The expected records: from the options, or else from the ledger of a table. */
async function expectedParts(
  options: VerifyOptions,
  connection: ConnectionOptions | undefined,
): Promise<readonly ExpectedPart[]> {
  const { signal } = options;
  const scenario = await chosenScenario(options.scenario);
  if (connection !== undefined && DEFINING.every((name) => options[name] === undefined)) {
    const { partsFromLedger } = await import('./exact/rows/parts-from-ledger.js');
    return partsFromLedger(connection, tableOf(options), scenario, signal);
  }
  return [await planOptions({ ...options, ...(scenario && { scenario }) }, signal)];
}

async function compare(
  options: VerifyOptions,
  target: TargetRequest,
  connection: ConnectionOptions | undefined,
  known: readonly ExpectedPart[],
): Promise<AllFindings> {
  const { sample = 1, workers = availableParallelism(), truth = false, signal } = options;
  const parts = truth ? known.map((part) => ({ ...part, companions: { truth } })) : known;
  const stoppable = { ...(signal && { signal }) };
  if (target.kind === 'file') {
    const { checkFile } = await import('./exact/check-file.js');
    return checkFile({ path: target.path, ...parts[0]!, ...stoppable });
  }
  const { checkTable } = await import('./exact/check-table.js');
  return checkTable({ connection: connection!, ref: tableOf(options), parts, sample, workers, ...stoppable });
}

async function judge(
  options: VerifyOptions,
  target: TargetRequest,
  connection: ConnectionOptions | undefined,
  parts: readonly ExpectedPart[],
): Promise<RealismReport> {
  const { dataset } = parts[0]!;
  const { checkRealism } = await import('./realism/check-realism.js');
  const { fileRows, tableRows } = await import('./stored-rows.js');
  const rows =
    target.kind === 'file' ? fileRows(dataset, target.path) : tableRows(dataset, connection!, tableOf(options));
  return checkRealism(dataset, rows, options.signal);
}

function tableOf({ schema = DEFAULTS.schema, table = DEFAULTS.table }: VerifyOptions) {
  return { schema, table };
}
