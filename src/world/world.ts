/**
 * The compiled world: a scenario turned into arrays that the plan and the simulator index. Plain data on shared memory,
 * made once by the coordinator and read by every worker.
 */
import { DAY_MS } from '../base/time.js';
import type { Destinations, Scenario } from '../scenario/model/scenario.js';
import type { ZoneOffsets } from '../scenario/model/time-zones.js';
import type { ConditionsWorld } from './conditions/conditions-world.js';
import type { LatLon, RoadNetwork } from './roads/network.js';
import type { Places } from './roads/places.js';
import type { Water } from './roads/procedural/water.js';
import type { RegionGeometry } from './roads/region-geometry.js';
import type { RoutingTables } from './roads/routing-tables.js';
import type { EventTables } from './tables/event-tables.js';
import type { FaultTables } from './tables/fault-tables.js';
import type { LabelTables } from './tables/label-tables.js';
import type { MetricTable } from './tables/metric-tables.js';
import type { Reporting } from './tables/reporting-tables.js';

/** Steps of a departure quantile table. */
export const DEPARTURE_STEPS = 512;

export interface RegionWorld {
  readonly name: string;
  /** Position in World.regions. */
  readonly index: number;
  readonly key: number;
  readonly zone: ZoneOffsets;
  /** Days since 1970-01-01 that are treated as Sundays, ascending. */
  readonly holidays: readonly number[];
  readonly centre: LatLon;
  /**
   * What the scenario declares, around the centre; none for custom roads, which have their own
   * bridges.
   */
  readonly water: Water;
  readonly network: RoadNetwork;
  readonly routes: RoutingTables;
  readonly places: Places;
  readonly geometry: RegionGeometry;
  /** By node: 1 where a trip may end. */
  readonly stoppable: Uint8Array;
  /** Customers by district; none is empty. */
  readonly districts: readonly Int32Array[];
}

export interface ClassWorld {
  readonly name: string;
  readonly metresPerWeek: number;
  /** Log-normal spread of that between vehicles. */
  readonly spread: number;
  readonly tripM: number;
  readonly rounds: readonly [number, number];
  readonly stops: readonly [number, number];
  readonly stopMs: readonly [number, number];
  readonly destinations: Destinations;
  readonly district: boolean;
  readonly ranks: number;
  readonly workShare: number;
  readonly workMs: readonly [number, number];
  /** Chance that it drives, by weekday; the share of weeks on which it doesn't. */
  readonly drivingDays: readonly number[];
  readonly leaveShare: number;
  readonly weekdayWeights: readonly number[];
  readonly nightsAway: number;
  /** Seconds of driving a day and before a break, and the break; Infinity and 0 without drivers' hours. */
  readonly dayDriveS: number;
  readonly breakAfterS: number;
  readonly breakMs: number;
  readonly restHour: number;
  /** Starts from one of the region's depots instead of a home. */
  readonly departsFromDepot: boolean;
  /** Milliseconds after the rest hour by quantile, DEPARTURE_STEPS + 1 values. */
  readonly weekdayDepartures: Float64Array;
  readonly weekendDepartures: Float64Array;
  /** m/s, by region. */
  readonly topSpeed: Float64Array;
  /** Maximum and usual rates, m/s2. */
  readonly maxAcceleration: number;
  readonly maxBraking: number;
  readonly acceleration: number;
  readonly braking: number;
  readonly cornering: number;
}

/** How ordinary driving goes: scenario.motion, in s and m. */
export interface MotionWorld {
  readonly redShare: number;
  readonly redS: number;
  readonly redSpreadS: number;
  /** Seconds per hundredth of the traffic index. */
  readonly queueSPerIndex: number;
  readonly giveWayStops: number;
  readonly giveWayS: number;
  readonly roundaboutStops: number;
  readonly roundaboutS: number;
  readonly waveM: number;
  readonly waveSpreadM: number;
  readonly waveStops: number;
  readonly idleS: number;
  readonly idleSpreadS: number;
  readonly idleAfterS: number;
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
  readonly conditions: ConditionsWorld;
  /** Factor on cruise speeds by weather * INDEX_VALUES + traffic index in hundredths. */
  readonly speedFactor: Float64Array;
  readonly motion: MotionWorld;
  readonly events: EventTables;
  readonly label: LabelTables;
  readonly metrics: readonly MetricTable[];
  readonly faults: FaultTables;
  readonly reporting: Reporting;
  readonly dirt: Scenario['dirt'];
  readonly sensors: Scenario['sensors'];
  /** dBm by zone. */
  readonly signalDbm: readonly number[];
}

/** Days since 1970-01-01 of a calendar date YYYY-MM-DD. */
export function dayOf(date: string): number {
  return Math.round(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / DAY_MS,
  );
}
