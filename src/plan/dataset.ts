/**
 * A dataset: the effective scenario, the seed and the window, planned. Plain data, so that it can be sent to workers.
 */

import { requestError } from '../base/errors.js';
import type { TableSchema } from '../columns/column.js';
import { BUILT_IN_EVENTS, type TelemetryColumns, telemetrySchema } from '../columns/telemetry.js';
import { CAUSES, type TruthColumns, truthSchema } from '../columns/truth.js';
import { type VehicleColumns, vehicleSchema } from '../columns/vehicle.js';
import { checkScenario } from '../scenario/check/check-scenario.js';
import type { MetricSpec, Scenario } from '../scenario/model/scenario.js';
import { defaultScenario } from '../scenario/read/default-scenario.js';
import { scenarioHash } from '../scenario/read/load-scenario.js';
import { compileRegion, compileWorld } from '../world/compile-world.js';
import { type ConditionsBlocks, ConditionsCache } from '../world/conditions/conditions.js';
import { eventNames, eventTypes } from '../world/tables/event-tables.js';
import { FAULT_NAMES } from '../world/tables/fault-tables.js';
import { dayOf, type RegionWorld, type World } from '../world/world.js';
import type { Capacity } from './capacity/capacity.js';
import { counterOf, type RecordCounter, runSteps, type Steps } from './capacity/counting.js';
import { DEFAULT_ROWS, findCapacity } from './capacity/find-capacity.js';
import { DayPlanner } from './day/day-planner.js';
import { checkRequest, type DatasetRequest } from './request.js';
import { withRanges } from './value-ranges.js';

export type { DatasetRequest };

/** Incremented whenever the same scenario and seed give different bytes. */
export const ALGORITHM_VERSION = 2;

/** The identity and size of a dataset, and the schemas of its tables. */
export interface DatasetFacts {
  readonly seed: number;
  readonly algorithmVersion: number;
  /** SHA-256 of the effective scenario, hex. */
  readonly scenarioHash: string;
  readonly rows: number;
  readonly vehicles: number;
  readonly days: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly intervalMs: number;
  /** Added to the position of a record to make its record_id. */
  readonly firstRecordId: number;
  /** Every column of the records: what a batch to be simulated has. */
  readonly simulated: TableSchema<TelemetryColumns>;
  /** The columns that are stored of them: all, unless some were selected. */
  readonly telemetry: TableSchema<TelemetryColumns>;
  readonly truth: TableSchema<TruthColumns>;
  readonly vehicle: TableSchema<VehicleColumns>;
}

export interface Dataset extends DatasetFacts {
  readonly world: World;
  readonly capacity: Capacity;
  /** Weather and traffic of the window, as far as planning needed them. */
  readonly conditions: ConditionsBlocks;
}

/**
 * Plans a dataset. Rows alone: 14 days and the smallest fleet that reaches them. Rows with vehicles, or with days: the
 * other is derived. Vehicles with days: all their records. None: 1 000 000 rows. Throws only requestErrors: for an
 * invalid request or scenario, and for a request beyond the limits: more rows than the fleet records, a start before
 * the fleet is complete, an end after 2149. Takes some 75 us per vehicle-day.
 */
export function planDataset(request: DatasetRequest): Dataset {
  return runSteps(planSteps(request));
}

/** The input of a planner. */
export interface PlannerSetup {
  readonly world: World;
  readonly seed: number;
  readonly intervalMs: number;
}

/**
 * planDataset in steps of some tens of milliseconds (up to a second for a large city), for callers that must not block.
 * `counterFor` may replace the counter of records, which counts in this thread.
 */
export function* planSteps(
  request: DatasetRequest,
  counterFor: (here: RecordCounter, setup: PlannerSetup) => RecordCounter = (here) => here,
): Steps<Dataset> {
  checkRequest(request);
  const { scenario = defaultScenario(), firstRecordId = 0 } = request;
  checkScenario(scenario);
  const firstDay = dayOf(request.start);
  checkStart(request.start, scenario.fleet.commissioned.to);
  const intervalMs = request.intervalSeconds * 1000;
  const regions: RegionWorld[] = [];
  for (const name of Object.keys(scenario.regions)) {
    regions.push(compileRegion(scenario, name));
    yield undefined;
  }
  const world = compileWorld(scenario, intervalMs, regions);
  const conditions = new ConditionsCache(world.conditions, request.seed);
  const planner = new DayPlanner(world, request.seed, intervalMs, conditions);
  const counter = counterFor(counterOf(planner), { world, seed: request.seed, intervalMs });
  const capacity = yield* findCapacity(planner, counter, firstDay, request);
  const { vehicles, days } = capacity;
  const total = capacity.before.at(-1)!;
  const rows = request.rows ?? (request.vehicles !== undefined && request.days !== undefined ? total : DEFAULT_ROWS);
  checkRecordIds(firstRecordId, rows);
  const telemetry = telemetryOf(scenario);
  return {
    seed: request.seed,
    algorithmVersion: ALGORITHM_VERSION,
    scenarioHash: scenarioHash(scenario, { firstDay, days, vehicles, intervalMs }),
    rows,
    vehicles,
    days,
    firstDay,
    intervalMs,
    firstRecordId,
    simulated: telemetry,
    telemetry,
    truth: withRanges(truthSchema(eventNames(scenario), causesOf(scenario), FAULT_NAMES), scenario),
    vehicle: withRanges(
      vehicleSchema(
        world.classes.map((c) => c.name),
        world.regions.map((r) => r.name),
        world.devices.map((d) => d.name),
      ),
      scenario,
    ),
    world,
    capacity,
    conditions: conditions.blocks,
  };
}

/** The main table of a scenario: the catalogue with its custom events and metrics, and the ranges of its numbers. */
export function telemetryOf(scenario: Scenario): TableSchema<TelemetryColumns> {
  const schema = telemetrySchema({
    events: eventNames(scenario)
      .slice(BUILT_IN_EVENTS.length)
      .map((name) => ({ name, description: scenario.events[name]!.description ?? 'An event of the scenario.' })),
    eventTypes: eventTypes(scenario),
    metrics: Object.entries(scenario.metrics).map(([name, metric]) => ({
      name,
      sqlType: fitsReal(metric) ? 'real' : 'double precision',
      kind: 'fixed',
      decimals: metric.decimals ?? 2,
      nullable: false,
      unit: metric.unit ?? '',
      description: metric.description ?? 'A metric of the scenario.',
    })),
  });
  return withRanges(schema, scenario);
}

/** Whether a real, with its 24 bits, represents all values distinctly. */
function fitsReal({ range, decimals = 2 }: MetricSpec): boolean {
  return Math.max(Math.abs(range[0]), Math.abs(range[1])) * 10 ** decimals <= 2 ** 24;
}

/**
 * The values of the cause columns in the table of ground truth: places and chance, then the events that can trigger
 * others.
 */
function causesOf(scenario: Scenario): string[] {
  return [...CAUSES, ...eventNames(scenario)];
}

function checkStart(start: string, commissionedTo: string): void {
  if (start > commissionedTo) return;
  throw requestError(
    'START_TOO_EARLY',
    `the start ${start} is not after ${commissionedTo}, when the last vehicle joins the fleet: start later`,
  );
}

function checkRecordIds(firstRecordId: number, rows: number): void {
  const max = Number.MAX_SAFE_INTEGER - rows;
  if (firstRecordId <= max) return;
  throw requestError(
    'BAD_OPTION',
    `with the first record_id ${firstRecordId} the last exceeds 2^53 - 1: give at most ${max}`,
  );
}
