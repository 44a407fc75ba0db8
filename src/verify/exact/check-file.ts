/**
 * Compares every record of a file with the simulation, and its vehicle and truth files where they exist beside
 * it.
 */
import { requestError } from '../../base/errors.js';
import { siblingPath, standingSibling } from '../../sinks/files/file.js';
import type { ExpectedPart } from './check-table.js';
import { compareFile } from './compare/compare-file.js';
import type { AllFindings } from './findings.js';
import { RECORD_KEY, vehicleKey } from './rows/row-key.js';
import { simulatedRows, simulatedVehicles } from './rows/simulated-rows.js';

export interface FileCheck extends ExpectedPart {
  readonly path: string;
  readonly signal?: AbortSignal;
}

const BATCH_ROWS = 1024;

/** Throws FleetgenError if a file can't be read, or one that must be beside it is missing. */
export async function checkFile(check: FileCheck): Promise<AllFindings> {
  const { path, dataset, from, to, signal } = check;
  const { vehicle, truth } = await siblingsOf(check);
  const rows = (of: 'records' | 'truths') => simulatedRows(dataset, from, to, BATCH_ROWS, of);
  const records = { path, schema: dataset.telemetry, key: RECORD_KEY };
  const findings: AllFindings = await compareFile(records, rows('records'), signal);
  if (vehicle !== undefined) {
    const vehicles = { path: vehicle, schema: dataset.vehicle, key: vehicleKey(dataset.vehicle) };
    findings.vehicle = await compareFile(vehicles, simulatedVehicles(dataset, BATCH_ROWS), signal);
  }
  if (truth !== undefined) {
    const truths = { path: truth, schema: dataset.truth, key: RECORD_KEY };
    findings.truth = await compareFile(truths, rows('truths'), signal);
  }
  return findings;
}

/** A file may have been moved without its siblings, but a truth file is never written without a vehicle file. */
async function siblingsOf({ path, companions }: FileCheck): Promise<{ vehicle?: string; truth?: string }> {
  const vehicle = await standingSibling(path, 'vehicle');
  const truth = await standingSibling(path, 'truth');
  if (companions?.truth && truth === undefined) {
    throw requestError(
      'NO_SIBLING',
      `there is no ${siblingPath(path, 'truth')}, which --truth asks for: put it beside ${path}, or leave out --truth`,
    );
  }
  if (truth !== undefined && vehicle === undefined) {
    throw requestError(
      'NO_SIBLING',
      `there is no ${siblingPath(path, 'vehicle')}, which generate wrote with ${truth}: put it back, or move the ground truth away to check the records only`,
    );
  }
  return { ...(vehicle !== undefined && { vehicle }), ...(truth !== undefined && { truth }) };
}
