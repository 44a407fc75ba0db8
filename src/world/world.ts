/**
 * The compiled world: a scenario turned into arrays that the plan and the simulator index. Plain data on shared memory,
 * made once by the coordinator and read by every worker.
 */
import type { Scenario } from '../scenario/scenario.js';
import type { ZoneOffsets } from '../scenario/time-zones.js';
import type { EventTables } from './event-tables.js';
import type { FaultTables } from './fault-tables.js';
import type { LabelTables } from './label-tables.js';
import type { MetricTable } from './metric-tables.js';
import type { RoadNetwork } from './road-network.js';
import type { Routes } from './routes.js';

/** Steps of a departure quantile table. */
export const DEPARTURE_STEPS = 512;

export interface RegionWorld {
  readonly name: string;
  readonly key: number;
  readonly zone: ZoneOffsets;
  /** Days since 1970-01-01 that pass like a Sunday, ascending. */
  readonly holidays: readonly number[];
  readonly network: RoadNetwork;
  readonly routes: Routes;
  readonly temperatureC: readonly number[];
  readonly precipitation: readonly number[];
  readonly fog: readonly number[];
  readonly sunshine: readonly number[];
  /** Degrees above the day's mean, by local hour. */
  readonly dailyWave: readonly number[];
}

export interface ClassWorld {
  readonly name: string;
  readonly metresPerWeek: number;
  readonly tripM: number;
  readonly legsOut: readonly [number, number];
  readonly legsBack: readonly [number, number];
  readonly stopMs: readonly [number, number];
  readonly workShare: number;
  readonly workMs: readonly [number, number];
  readonly weekdayWeights: readonly number[];
  readonly restHour: number;
  /** Starts from one of the region's depots, not from a home of its own. */
  readonly departsFromDepot: boolean;
  /** Milliseconds after the rest hour by quantile, DEPARTURE_STEPS + 1 values. */
  readonly weekdayDepartures: Float64Array;
  readonly weekendDepartures: Float64Array;
}

export interface DeviceWorld {
  readonly name: string;
  readonly gpsError: number;
  readonly faultsPerHour: number;
  readonly wearPerYear: number;
  /** Percent per hour while parked. */
  readonly drain: number;
}

export interface World {
  readonly regions: readonly RegionWorld[];
  readonly classes: readonly ClassWorld[];
  readonly devices: readonly DeviceWorld[];
  /** Cumulative shares, ending at 1. */
  readonly regionShares: readonly number[];
  readonly classShares: readonly number[];
  readonly deviceShares: readonly number[];
  readonly driverSpread: number;
  readonly service: Scenario['fleet']['service'];
  readonly commissionedFrom: number;
  readonly commissionedTo: number;
  readonly weather: { readonly spellHours: readonly number[]; readonly snowBelowDeci: number };
  readonly traffic: {
    /** Index 0..1 by local hour. */
    readonly weekday: readonly number[];
    readonly weekend: readonly number[];
    readonly zoneWeight: readonly number[];
    readonly weather: readonly number[];
    readonly mediumAbove: number;
    readonly highAbove: number;
    readonly spread: number;
  };
  /** Factor on speed by weather * 3 + traffic. */
  readonly speedFactor: Float64Array;
  readonly events: EventTables;
  readonly label: LabelTables;
  readonly metrics: readonly MetricTable[];
  readonly faults: FaultTables;
  readonly dirt: Scenario['dirt'];
  /** Mean wait at a junction. */
  readonly stopSeconds: number;
  readonly sensors: Scenario['sensors'];
  /** dBm by zone. */
  readonly signalDbm: readonly number[];
}

/** Days since 1970-01-01 of a calendar date YYYY-MM-DD. */
export function dayOf(date: string): number {
  return Math.round(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / 86400000,
  );
}
