/** Compares every record of a folder with the simulation: each part the manifest names, and no other. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runError } from '../../base/errors.js';
import { createSimulator } from '../../simulate/record-source.js';
import { type FolderTable, TABLES } from '../../sinks/folder/layout.js';
import type { Manifest, PartFile } from '../../sinks/folder/manifest.js';
import type { ExpectedPart } from './check-table.js';
import { compareFile } from './compare/compare-file.js';
import { type AllFindings, addFindings, emptyFindings, type Findings } from './findings.js';
import { RECORD_KEY, vehicleKey } from './rows/row-key.js';
import { simulatedRows, simulatedVehicles } from './rows/simulated-rows.js';

export interface FolderCheck extends ExpectedPart {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
}

const BATCH_ROWS = 1024;

/** Throws FleetgenError if a part is missing, can't be read, or is not in the manifest. */
export async function checkFolder(check: FolderCheck): Promise<AllFindings> {
  const { folder, manifest, dataset, signal } = check;
  await refuseUnlisted(folder, manifest);
  const simulator = createSimulator(dataset);
  const compared = async (file: PartFile): Promise<Findings> => {
    const path = join(folder, file.path);
    if (file.table === 'vehicle') {
      const vehicles = { path, schema: dataset.vehicle, key: vehicleKey(dataset.vehicle) };
      return compareFile(vehicles, simulatedVehicles(dataset, BATCH_ROWS), signal);
    }
    const [from, to] = file.range ?? [0, 0];
    const [schema, of] =
      file.table === 'truth' ? [dataset.truth, 'truths' as const] : [dataset.telemetry, 'records' as const];
    return compareFile(
      { path, schema, key: RECORD_KEY },
      simulatedRows(dataset, from, to, BATCH_ROWS, of, simulator),
      signal,
    );
  };
  const all = async (table: FolderTable): Promise<Findings> => {
    const sum = emptyFindings();
    for (const file of manifest.files.filter((each) => each.table === table)) addFindings(sum, await compared(file));
    return sum;
  };
  const findings: AllFindings = await all('telemetry');
  findings.vehicle = await all('vehicle');
  if (manifest.truth) findings.truth = await all('truth');
  return findings;
}

async function refuseUnlisted(folder: string, { files }: Manifest): Promise<void> {
  const listed = new Set(files.map(({ path }) => path));
  for (const table of TABLES) {
    const names = await readdir(join(folder, table)).catch(() => []);
    // Readers take names with these beginnings for metadata, such as Delta Lake's log.
    const extra = names.find((name) => !/^[._]/.test(name) && !listed.has(`${table}/${name}`));
    if (extra === undefined) continue;
    throw runError('NOT_OURS', `${join(folder, table, extra)} is not in the manifest: move it away, or generate again`);
  }
}
