/** The records that a folder should hold, according to its manifest. */
import { requestError } from '../base/errors.js';
import { checkRange } from '../plan/record-range.js';
import { selectColumns } from '../plan/select-columns.js';
import { planUnlessAborted } from '../run/planning/planning.js';
import type { Scenario } from '../scenario/model/scenario.js';
import type { Manifest } from '../sinks/folder/manifest.js';
import type { ExpectedPart } from './exact/check-table.js';

/** Throws a requestError if it was made with another scenario, or by another version. */
export async function partOfFolder(
  manifest: Manifest,
  scenario: Scenario | undefined,
  signal: AbortSignal | undefined,
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
  checkRange(dataset, ...range);
  return { dataset: selectColumns(dataset, manifest.columns), from: range[0], to: range[1] };
}
