/** The options that define a dataset and a range of it, with their defaults: of loads, opened datasets and checks. */
import { checkValue, definedOf } from '../base/options.js';
import type { Dataset } from '../plan/dataset.js';
import { checkRange } from '../plan/record-range.js';
import { DATASET_LIMITS, type DatasetRequest } from '../plan/request.js';
import { chosenScenario, type ScenarioChoice } from '../scenario/read/chosen-scenario.js';
import { DEFAULTS } from './defaults.js';
import { planThreads } from './planning/plan-threads.js';
import { planUnlessAborted } from './planning/planning.js';

/**
 * Which records. Rows alone: 14 days and the smallest fleet that reaches them. Rows with vehicles, or with days: the
 * other is derived. Vehicles with days: all their records. None: 1 000 000 rows. Numbers are whole.
 */
export interface DatasetOptions {
  /** Exactly this many records, 1 to 10^12. */
  readonly rows?: number;
  /** Size of the fleet, 1 to 50 000 000. */
  readonly vehicles?: number;
  /** Length of the window, 1 to 40 000. */
  readonly days?: number;
  /** Seconds between two records of a vehicle on a trip, 1 to 300; 10 by default. */
  readonly intervalSeconds?: number;
  /** First day, YYYY-MM-DD; 2026-01-05 by default. */
  readonly start?: string;
  /** 0 to 2^53 - 1; 42 by default. The same seed gives the same records. */
  readonly seed?: number;
  /** Added to every record_id; 0 by default. The last one must not exceed 2^53 - 1. */
  readonly firstRecordId?: number;
  /**
   * The name of a shipped scenario, the path of a scenario file, or what `loadScenario` returned, whole or its
   * `scenario`; the default scenario if missing.
   */
  readonly scenario?: ScenarioChoice;
  /** Only these records of the dataset: from (inclusive) to (exclusive), positions from 0; all by default. */
  readonly range?: readonly [from: number, to: number];
}

/** The names of the options. */
export const DATASET_OPTIONS: readonly string[] = [...Object.keys(DATASET_LIMITS), 'start', 'scenario', 'range'];

/** A planned dataset, and the records of it that were asked for: from (inclusive) to (exclusive). */
export interface PlannedRange {
  readonly dataset: Dataset;
  readonly from: number;
  readonly to: number;
}

/** The checks that need no plan; the others follow when the dataset is planned. Throws a requestError. */
export function checkDatasetOptions({ range }: DatasetOptions): void {
  const isPair = (value: unknown) => Array.isArray(value) && value.length === 2;
  checkValue('range', range, isPair, 'a pair [from, to], such as [0, 500000]');
}

/**
 * Plans the dataset without blocking the event loop, a large one in `workers` threads (by default as many as the machine has
 * cores). Throws a requestError for what is wrong with the options; once the signal is aborted, its FleetgenError or an
 * equivalent one.
 */
export async function planOptions(
  options: DatasetOptions,
  signal: AbortSignal | undefined,
  workers?: number,
): Promise<PlannedRange> {
  checkDatasetOptions(options);
  const dataset = await planUnlessAborted(await datasetRequest(options), signal, planThreads(workers));
  const { range } = options;
  if (range === undefined) return { dataset, from: 0, to: dataset.rows };
  checkRange(dataset, ...range);
  return { dataset, from: range[0], to: range[1] };
}

/** The options as the planner takes them. Defaults replace only missing (undefined) options. Throws a requestError. */
export async function datasetRequest(options: DatasetOptions): Promise<DatasetRequest> {
  const { seed = DEFAULTS.seed, start = DEFAULTS.start, intervalSeconds = DEFAULTS.intervalSeconds } = options;
  const { rows, vehicles, days, firstRecordId } = options;
  const scenario = await chosenScenario(options.scenario);
  return { seed, start, intervalSeconds, ...definedOf({ rows, vehicles, days, firstRecordId, scenario }) };
}
