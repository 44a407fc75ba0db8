/** `fleetgen verify`, the exact half: which records are expected where, and whether they are there. */
import { availableParallelism } from 'node:os';
import { requestError } from '../../base/errors.js';
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import type { Dataset } from '../../plan/dataset.js';
import { checkRange } from '../../plan/record-range.js';
import { selectColumns } from '../../plan/select-columns.js';
import { rangeOf } from '../../run/generate.js';
import { planUnlessAborted } from '../../run/planning/planning.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import type { Manifest } from '../../sinks/folder/manifest.js';
import type { ExpectedPart } from '../../verify/exact/check-table.js';
import type { AllFindings } from '../../verify/exact/findings.js';
import type { VerifyRequest } from './verify-options.js';

/** The expected records: from the flags, or else from the ledger of a table. Throws FleetgenError. */
export async function expectedParts(
  { from: source, dataset: asked, datasetGiven, range, schema, table }: VerifyRequest,
  connection: ConnectionOptions | undefined,
  scenario: Scenario | undefined,
  signal: AbortSignal,
): Promise<ExpectedPart[]> {
  if (connection !== undefined && !datasetGiven) {
    const { partsFromLedger } = await import('../../verify/exact/rows/parts-from-ledger.js');
    return partsFromLedger(connection, { schema, table }, scenario, signal);
  }
  if (source.kind === 'folder') return [await partOfFolder(await manifestOf(source.path), scenario, signal)];
  const dataset = await planUnlessAborted({ ...asked, ...(scenario && { scenario }) }, signal);
  const [from, to] = rangeOf(range === undefined ? {} : { range }, dataset);
  return [{ dataset, from, to }];
}

/** Without a connection, the source is the request's file. Throws FleetgenError. */
export async function exactFindings(
  request: VerifyRequest,
  connection: ConnectionOptions | undefined,
  scenario: Scenario | undefined,
  signal: AbortSignal,
): Promise<AllFindings> {
  const { from, schema, table, sample, truth } = request;
  const known = withColumns(await expectedParts(request, connection, scenario, signal), request.columns);
  const parts = truth ? known.map((part) => ({ ...part, companions: { truth } })) : known;
  if (from.kind === 'folder') {
    const { checkFolder } = await import('../../verify/exact/check-folder.js');
    return checkFolder({ folder: from.path, manifest: await manifestOf(from.path), ...parts[0]!, signal });
  }
  if (from.kind === 'file') {
    const { checkFile } = await import('../../verify/exact/check-file.js');
    return checkFile({ path: from.path, ...parts[0]!, signal });
  }
  const { checkTable } = await import('../../verify/exact/check-table.js');
  const workers = request.workers ?? availableParallelism();
  return checkTable({ connection: connection!, ref: { schema, table }, parts, sample, workers, signal });
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

/** Throws a requestError for a folder without a manifest. */
export async function manifestOf(folder: string): Promise<Manifest> {
  const { readManifest } = await import('../../sinks/folder/manifest.js');
  const manifest = await readManifest(folder);
  if (manifest !== undefined) return manifest;
  throw requestError('NO_FILE', `there is no manifest.json in ${folder}: name a folder that generate has finished`);
}

async function partOfFolder(
  manifest: Manifest,
  scenario: Scenario | undefined,
  signal: AbortSignal,
): Promise<ExpectedPart> {
  const { seed, start, days, vehicles, intervalSeconds, datasetRows: rows, firstRecordId, range } = manifest;
  const request = { seed, start, days, vehicles, intervalSeconds, rows, firstRecordId };
  const dataset = await planUnlessAborted({ ...request, ...(scenario && { scenario }) }, signal);
  if (dataset.algorithmVersion !== manifest.algorithmVersion) {
    throw requestError(
      'VERIFY_VERSION',
      `the records were made by algorithm version ${manifest.algorithmVersion}, and this fleetgen has ${dataset.algorithmVersion}: use the fleetgen that made them`,
    );
  }
  if (dataset.scenarioHash !== manifest.scenarioHash) {
    throw requestError(
      'VERIFY_SCENARIO',
      'the records were made with another scenario: give it with --scenario and --set',
    );
  }
  const [from, to] = range;
  checkRange(dataset, from, to);
  return { dataset: selectColumns(dataset, manifest.columns), from, to };
}
