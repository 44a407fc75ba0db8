/** `fleetgen verify`, the exact half: which records are expected where, and whether they are there. */
import { availableParallelism } from 'node:os';
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import { planOptions } from '../../run/dataset-options.js';
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
  return [await planOptions({ ...asked, ...(scenario && { scenario }), ...(range && { range }) }, signal)];
}

/** Without a connection, the source is the request's file. Throws FleetgenError. */
export async function exactFindings(
  request: VerifyRequest,
  connection: ConnectionOptions | undefined,
  scenario: Scenario | undefined,
  signal: AbortSignal,
): Promise<AllFindings> {
  const { from, schema, table, sample, truth } = request;
  const known = await expectedParts(request, connection, scenario, signal);
  const parts = truth ? known.map((part) => ({ ...part, companions: { truth } })) : known;
  if (from.kind === 'file') {
    const { checkFile } = await import('../../verify/exact/check-file.js');
    return checkFile({ path: from.path, ...parts[0]!, signal });
  }
  const { checkTable } = await import('../../verify/exact/check-table.js');
  const workers = request.workers ?? availableParallelism();
  return checkTable({ connection: connection!, ref: { schema, table }, parts, sample, workers, signal });
}
