/**
 * Reads a load back and checks it: implements `fleetgen verify` and the library's `verify`. Findings are a result, not an
 * error.
 */
import { availableParallelism } from 'node:os';
import { abortReason, requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue } from '../base/options.js';
import { fileKindOf } from '../formats/formats.js';
import type { ConnectionOptions } from '../pg/connection/connection.js';
import type { Dataset } from '../plan/dataset.js';
import { selectColumns } from '../plan/select-columns.js';
import { checkDatasetOptions, DATASET_OPTIONS, type DatasetOptions, planOptions } from '../run/dataset-options.js';
import { DEFAULTS, LIMITS } from '../run/defaults.js';
import { parseTarget, type TargetRequest } from '../run/open-target.js';
import { chosenScenario } from '../scenario/read/chosen-scenario.js';
import { type Manifest, requireManifest } from '../sinks/folder/manifest.js';
import type { ExpectedPart } from './exact/check-table.js';
import { type AllFindings, countAllDifferences } from './exact/findings.js';
import type { RealismReport } from './realism/check-realism.js';
import type { StoredRows } from './stored-rows.js';

/** What can be checked. */
export const CHECKS = ['exact', 'realism', 'all'] as const;

/**
 * What is checked, and the dataset that it is to be. Of a table without any option of the dataset but the scenario, its ledger
 * says what was loaded.
 */
export interface VerifyOptions extends DatasetOptions {
  /**
   * embedded, postgresql://..., postgres, a file whose name ends in its format (fleet.csv,
   * fleet.ndjson.gz), or a folder whose name ends in a slash, of which the manifest says how it was generated.
   */
  readonly from: string;
  /** exact (the default): every value; realism: statistical checks; or all. */
  readonly checks?: (typeof CHECKS)[number];
  /** The columns of the records that were stored; all by default. */
  readonly columns?: readonly string[];
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
const KNOWN = [...DATASET_OPTIONS, ...TEXTS, 'from', 'columns', 'checks', 'sample', 'truth', 'workers', 'signal'];
const FLAGS: Readonly<Record<string, string>> = { intervalSeconds: 'interval', firstRecordId: 'first-record-id' };
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
  if (target.kind === 'folder') refuseDefinition(options, target.path);
  if (signal?.aborted) throw abortReason(signal);
  const source = await open(target, signal);
  try {
    const parts = withColumns(await expectedParts(options, source), options.columns);
    const exact = checks === 'realism' ? undefined : await compare(options, source, parts);
    const realism = checks === 'exact' ? undefined : await judge(options, source, parts);
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
  const { checks = 'exact' } = options;
  if (options.columns === undefined || checks === 'exact') return;
  throw requestError('BAD_OPTION', `--checks ${checks} needs all columns of the records: leave out --columns`);
}

/** A folder says itself how it was generated, but for the scenario. */
function refuseDefinition(options: VerifyOptions, folder: string): void {
  const name = [...DEFINING, 'columns' as const].find((each) => options[each] !== undefined);
  if (name === undefined) return;
  const flag = FLAGS[name] ?? name;
  throw requestError('BAD_OPTION', `the manifest in ${folder} says how it was generated: leave out --${flag}`);
}

/** Throws a requestError for what is not a place, or one that can't be read back. */
export function parseSource(text: string): TargetRequest {
  const file = fileKindOf(text);
  if (file !== undefined) return { kind: 'file', path: text, file };
  const request = parseTarget(text, '--from');
  if (request.kind !== 'stdout' && request.kind !== 'null') return request;
  throw requestError('UNKNOWN_SOURCE', `--from ${text} can't be read from: give a database, a file or a folder`);
}

interface OpenSource {
  readonly target: TargetRequest;
  /** Only of a database. */
  readonly connection?: ConnectionOptions;
  /** Only of a folder. */
  readonly manifest?: Manifest;
  close(): Promise<void>;
}

async function open(target: TargetRequest, signal: AbortSignal | undefined): Promise<OpenSource> {
  const nothing = async (): Promise<void> => {};
  if (target.kind === 'file') return { target, close: nothing };
  if (target.kind === 'folder') return { target, manifest: await requireManifest(target.path), close: nothing };
  if (target.kind === 'postgres') {
    const { connectionOf } = await import('../pg/connection/connection.js');
    const { pinHost } = await import('../pg/client.js');
    return { target, connection: await pinHost(connectionOf(target.connection)), close: nothing };
  }
  const { openEmbedded } = await import('../embedded/open.js');
  const server = await openEmbedded({ signal });
  return { target, connection: server.connection, close: () => server.stop() };
}

/** The expected records: from the options, or else from the ledger of a table. */
async function expectedParts(
  options: VerifyOptions,
  { connection, manifest }: OpenSource,
): Promise<readonly ExpectedPart[]> {
  const { signal } = options;
  const scenario = await chosenScenario(options.scenario);
  if (manifest !== undefined) {
    const { partOfFolder } = await import('./folder-part.js');
    return [await partOfFolder(manifest, scenario, signal)];
  }
  if (connection !== undefined && DEFINING.every((name) => options[name] === undefined)) {
    const { partsFromLedger } = await import('./exact/rows/parts-from-ledger.js');
    return partsFromLedger(connection, tableOf(options), scenario, signal);
  }
  return [await planOptions({ ...options, ...(scenario && { scenario }) }, signal)];
}

async function compare(
  options: VerifyOptions,
  { target, connection, manifest }: OpenSource,
  known: readonly ExpectedPart[],
): Promise<AllFindings> {
  const { sample = 1, workers = availableParallelism(), truth = false, signal } = options;
  const parts = truth ? known.map((part) => ({ ...part, companions: { truth } })) : known;
  const stoppable = { ...(signal && { signal }) };
  if (target.kind === 'folder') {
    const { checkFolder } = await import('./exact/check-folder.js');
    return checkFolder({ folder: target.path, manifest: manifest!, ...parts[0]!, ...stoppable });
  }
  if (target.kind === 'file') {
    const { checkFile } = await import('./exact/check-file.js');
    return checkFile({ path: target.path, ...parts[0]!, ...stoppable });
  }
  const { checkTable } = await import('./exact/check-table.js');
  return checkTable({ connection: connection!, ref: tableOf(options), parts, sample, workers, ...stoppable });
}

async function judge(
  options: VerifyOptions,
  source: OpenSource,
  parts: readonly ExpectedPart[],
): Promise<RealismReport> {
  const { dataset } = parts[0]!;
  const { checkRealism } = await import('./realism/check-realism.js');
  return checkRealism(dataset, await storedRows(options, source, dataset), options.signal);
}

async function storedRows(
  options: VerifyOptions,
  { target, connection, manifest }: OpenSource,
  dataset: Dataset,
): Promise<AsyncIterable<StoredRows>> {
  const { fileRows, folderRows, tableRows } = await import('./stored-rows.js');
  if (target.kind === 'file') return fileRows(dataset, target.path);
  if (target.kind !== 'folder') return tableRows(dataset, connection!, tableOf(options));
  return folderRows(dataset, target.path, manifest!);
}

/** Parts of one dataset keep sharing it. */
function withColumns(parts: readonly ExpectedPart[], columns: readonly string[] | undefined): readonly ExpectedPart[] {
  if (columns === undefined) return parts;
  const selected = new Map<Dataset, Dataset>();
  return parts.map((part) => {
    const { dataset } = part;
    const stored = selected.get(dataset) ?? selectColumns(dataset, columns, ['record_id'], 'the comparison');
    selected.set(dataset, stored);
    return { ...part, dataset: stored };
  });
}

function tableOf({ schema = DEFAULTS.schema, table = DEFAULTS.table }: VerifyOptions) {
  return { schema, table };
}
