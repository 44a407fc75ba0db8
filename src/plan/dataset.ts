/** A dataset: the effective scenario, the seed and the window, planned. Plain data, so that it crosses to workers whole. */
import type { TableSchema } from '../columns/column.js';
import { telemetrySchema } from '../columns/telemetry.js';
import { CAUSES, truthSchema } from '../columns/truth.js';
import { vehicleSchema } from '../columns/vehicle.js';
import { requestError } from '../errors.js';
import { plural } from '../plural.js';
import { checkScenario } from '../scenario/check-scenario.js';
import { defaultScenario, scenarioHash } from '../scenario/load.js';
import { BUILT_IN_EVENTS, type Scenario } from '../scenario/scenario.js';
import { compileWorld } from '../world/compile-world.js';
import { type ConditionsBlocks, ConditionsCache } from '../world/conditions.js';
import { eventNames, eventTypes } from '../world/event-tables.js';
import { FAULT_NAMES } from '../world/fault-tables.js';
import { dayOf, type World } from '../world/world.js';
import { type Capacity, countCapacity, countUntilDays, countUntilVehicles } from './capacity.js';
import { DayPlanner } from './day-plan.js';

/** Changes whenever the same scenario and seed give other bytes. */
export const ALGORITHM_VERSION = 1;

export const DEFAULT_ROWS = 1_000_000;
export const DEFAULT_DAYS = 14;
const MAX_VEHICLES = 50_000_000;
const MAX_DAYS = 40_000;
/** 2150-01-01: trip_id and the keys have room for more, calendars may not. */
const LAST_DAY = 65_745;

export interface DatasetRequest {
  /** Integer, 0 to 2^53 - 1. */
  readonly seed: number;
  /** Calendar date, YYYY-MM-DD. */
  readonly start: string;
  readonly intervalSeconds: number;
  readonly rows?: number;
  readonly vehicles?: number;
  readonly days?: number;
  /** Default 0. */
  readonly firstRecordId?: number;
  /** A whole one, as `loadScenario` gives it. The default one where it is missing. */
  readonly scenario?: Scenario;
}

export interface Dataset {
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
  readonly telemetry: TableSchema;
  readonly truth: TableSchema;
  readonly vehicle: TableSchema;
  readonly world: World;
  readonly capacity: Capacity;
  /** Weather and traffic of the window, as far as planning needed them. */
  readonly conditions: ConditionsBlocks;
}

/**
 * Plans a dataset. Rows alone: 14 days and the smallest fleet that reaches them. Rows with vehicles, or with days: the
 * other is derived. Vehicles with days: all their records. None: 1 000 000 rows.
 * Throws a requestError where all three ask for more than there is, the window lies outside the scenario's, or the scenario
 * is not whole and valid.
 */
export function planDataset(request: DatasetRequest): Dataset {
  const scenario = request.scenario ?? defaultScenario();
  checkScenario(scenario);
  const intervalMs = request.intervalSeconds * 1000;
  const world = compileWorld(scenario, intervalMs);
  const firstDay = dayOf(request.start);
  checkWindow(world, firstDay, firstDay + (request.days ?? DEFAULT_DAYS), scenario.fleet.commissioned.to);
  const conditions = new ConditionsCache(world, request.seed);
  const planner = new DayPlanner(world, request.seed, intervalMs, conditions);
  const capacity = findCapacity(planner, firstDay, request);
  checkWindow(world, firstDay, firstDay + capacity.days, scenario.fleet.commissioned.to);
  const total = capacity.before[capacity.before.length - 1]!;
  const rows = request.rows ?? (request.vehicles !== undefined && request.days !== undefined ? total : DEFAULT_ROWS);
  const { vehicles, days } = capacity;
  if (rows > total) {
    throw requestError(
      'CAPACITY',
      `--rows ${rows} is more than the ${total} ${plural(total, 'record')} of ${vehicles} ${plural(vehicles, 'vehicle')} in ${days} ${plural(days, 'day')}: ask for fewer rows, or leave out --vehicles or --days`,
    );
  }
  return {
    seed: request.seed,
    algorithmVersion: ALGORITHM_VERSION,
    scenarioHash: scenarioHash(scenario, { firstDay, days, vehicles, intervalMs }),
    rows,
    vehicles,
    days,
    firstDay,
    intervalMs,
    firstRecordId: request.firstRecordId ?? 0,
    telemetry: telemetryOf(scenario),
    truth: truthSchema(eventNames(scenario), causesOf(scenario), FAULT_NAMES),
    vehicle: vehicleSchema(
      world.classes.map((c) => c.name),
      world.regions.map((r) => r.name),
      world.devices.map((d) => d.name),
    ),
    world,
    capacity,
    conditions: conditions.blocks,
  };
}

/** The main table of a scenario: the catalogue with its own events and metrics. */
export function telemetryOf(scenario: Scenario): TableSchema {
  return telemetrySchema({
    events: eventNames(scenario)
      .slice(BUILT_IN_EVENTS.length)
      .map((name) => ({ name, description: scenario.events[name]!.description ?? 'An event of the scenario.' })),
    eventTypes: eventTypes(scenario),
    metrics: Object.entries(scenario.metrics).map(([name, metric]) => ({
      name,
      sqlType: 'real',
      kind: 'fixed',
      decimals: metric.decimals ?? 2,
      nullable: false,
      unit: metric.unit ?? '',
      description: metric.description ?? 'A metric of the scenario.',
    })),
  });
}

/** The values of the truth table's causes: those of a place or of chance, then the events that can trigger others. */
function causesOf(scenario: Scenario): string[] {
  return [...CAUSES, ...eventNames(scenario)];
}

function findCapacity(planner: DayPlanner, firstDay: number, request: DatasetRequest): Capacity {
  const { vehicles, days } = request;
  if (vehicles !== undefined && days !== undefined) return countCapacity(planner, firstDay, vehicles, days);
  const rows = request.rows ?? DEFAULT_ROWS;
  if (vehicles !== undefined) return countUntilDays(planner, firstDay, vehicles, rows, MAX_DAYS);
  return countUntilVehicles(planner, firstDay, days ?? DEFAULT_DAYS, rows, MAX_VEHICLES);
}

function checkWindow(world: World, firstDay: number, endDay: number, commissionedTo: string): void {
  if (firstDay <= world.commissionedTo) {
    throw requestError(
      'START_TOO_EARLY',
      `--start must be after ${commissionedTo}, when the last vehicle joins the fleet`,
    );
  }
  if (endDay > LAST_DAY) {
    throw requestError(
      'WINDOW_TOO_LATE',
      'the dataset would run past 2150: use an earlier --start, more --vehicles or fewer --rows',
    );
  }
}
