/** The expected contents of a table according to its ledger: the completed loads, planned again. */

import { type FleetgenError, requestError, runError } from '../../../base/errors.js';
import { isoDate } from '../../../base/time.js';
import { connectClient, destroyClient } from '../../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../../pg/connection/connection.js';
import { privilegesToRead, requirePrivileges } from '../../../pg/grants.js';
import { qualified, type TableRef } from '../../../pg/identifiers.js';
import { serverError } from '../../../pg/server-error.js';
import type { Dataset } from '../../../plan/dataset.js';
import { planUnlessAborted } from '../../../run/planning/planning.js';
import type { Scenario } from '../../../scenario/model/scenario.js';
import { type EarlierRun, earlierRuns } from '../../../sinks/postgres/ledger/earlier-runs.js';
import type { ExpectedPart } from '../check-table.js';

/**
 * Throws FleetgenError if the ledger has no load of the table, if a load was interrupted, or if it was made
 * with another scenario or by another version.
 */
export async function partsFromLedger(
  connection: ConnectionOptions,
  ref: TableRef,
  scenario: Scenario | undefined,
  signal?: AbortSignal,
): Promise<ExpectedPart[]> {
  const runs = await runsOf(connection, ref);
  if (runs.length === 0) {
    throw requestError(
      'VERIFY_UNKNOWN',
      `no ledger describes what ${qualified(ref)} holds: give the flags that it was generated with, such as --rows and --seed`,
    );
  }
  const interrupted = runs.find((run) => run.state === 'running' && run.mode !== 'build');
  if (interrupted !== undefined) {
    throw runError(
      'VERIFY_UNFINISHED',
      `a load into ${qualified(ref)} is not finished (${interrupted.who}): wait for it, or finish it with --if-exists resume`,
    );
  }
  const datasets = new Map<string, Dataset>();
  const parts: ExpectedPart[] = [];
  for (const run of runs.filter(({ state }) => state === 'done')) {
    const { seed, rows, vehicles, days, firstDay, intervalMs, firstRecordId, scenarioHash } = run;
    const key = [seed, rows, vehicles, days, firstDay, intervalMs, firstRecordId, scenarioHash].join(' ');
    const dataset = datasets.get(key) ?? (await planAgain(run, scenario, signal));
    datasets.set(key, dataset);
    parts.push({ dataset, from: run.from, to: run.to, companions: { truth: run.truth } });
  }
  return parts.sort((a, b) => a.dataset.firstRecordId + a.from - (b.dataset.firstRecordId + b.from));
}

async function runsOf(connection: ConnectionOptions, ref: TableRef): Promise<EarlierRun[]> {
  const client = await connectClient(connection);
  try {
    await requirePrivileges(client, privilegesToRead(ref.schema, ['fleetgen_run']), displayUrl(connection));
    return await earlierRuns(client, ref.schema, ref.table);
  } catch (error) {
    throw serverError(error, displayUrl(connection));
  } finally {
    await client.end().catch(() => destroyClient(client));
  }
}

async function planAgain(
  run: EarlierRun,
  scenario: Scenario | undefined,
  signal: AbortSignal | undefined,
): Promise<Dataset> {
  const { seed, rows, vehicles, days, firstRecordId } = run;
  const request = {
    seed,
    rows,
    vehicles,
    days,
    firstRecordId,
    start: isoDate(run.firstDay),
    intervalSeconds: run.intervalMs / 1000,
    ...(scenario && { scenario }),
  };
  const dataset = await planUnlessAborted(request, signal);
  if (dataset.algorithmVersion !== run.algorithmVersion) throw otherVersion(run, dataset);
  if (dataset.scenarioHash === run.scenarioHash) return dataset;
  throw requestError(
    'VERIFY_SCENARIO',
    `the records ${run.from}:${run.to} were made with another scenario: give it with --scenario and --set`,
  );
}

function otherVersion(run: EarlierRun, dataset: Dataset): FleetgenError {
  return requestError(
    'VERIFY_VERSION',
    `the records ${run.from}:${run.to} were made by algorithm version ${run.algorithmVersion}, and this fleetgen has ${dataset.algorithmVersion}: use the fleetgen that made them`,
  );
}
