/** `fleetgen verify`, the exact half: which records are expected where, and whether they are there. */
import { availableParallelism } from 'node:os';
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import type { Dataset } from '../../plan/dataset.js';
import { selectColumns } from '../../plan/select-columns.js';
import { rangeOf } from '../../run/generate.js';
import { planUnlessAborted } from '../../run/planning/planning.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import type { ExpectedPart } from '../../verify/exact/check-table.js';
import type { AllFindings } from '../../verify/exact/findings.js';
import type { VerifyRequest } from './verify-options.js';

/** The expected records: from the flags, or else from the ledger of a table. Throws FleetgenError. */
export async function expectedParts(
  { dataset: asked, datasetGiven, range, schema, table }: VerifyRequest,
  connection: ConnectionOptions | undefined,
  scenario: Scenario | undefined,
  signal: AbortSignal,
): Promise<ExpectedPart[]> {
  if (connection !== undefined && !datasetGiven) {
    const { partsFromLedger } = await import('../../verify/exact/rows/parts-from-ledger.js');
    return partsFromLedger(connection, { schema, table }, scenario, signal);
  }
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
