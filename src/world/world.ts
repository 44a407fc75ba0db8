/**
 * The compiled world: a scenario turned into arrays that the plan and the simulator index. Plain data on shared memory,
 * made once by the coordinator and read by every worker.
 */
import { TRAFFIC_DENSITIES, WEATHERS } from '../columns/telemetry.js';
import { cosDeg } from '../random/exact-math.js';
import { nameKey } from '../random/sfc32.js';
import { type DepartureProfile, type Scenario, ZONES } from '../scenario/scenario.js';
import { type ZoneOffsets, zoneOffsets } from '../scenario/time-zones.js';
import { compileEvents, type EventTables } from './event-tables.js';
import { compileFaults, type FaultTables } from './fault-tables.js';
import { geojsonRoads } from './geojson-roads.js';
import { compileLabel, type LabelTables } from './label-tables.js';
import { compileMetrics, type MetricTable } from './metric-tables.js';
import { proceduralRoads } from './procedural-roads.js';
import type { RoadNetwork } from './road-network.js';
import { buildRoutes, type Routes } from './routes.js';

/** Steps of a departure quantile table. */
export const DEPARTURE_STEPS = 512;
const ATTRACTORS = 28;

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

/** `intervalMs` is the time between records: it sets how fast metrics forget. */
export function compileWorld(scenario: Scenario, intervalMs: number): World {
  const { fleet, time, weather, traffic } = scenario;
  const commuter = time.departures.commuter ?? Object.values(time.departures)[0]!;
  const peak = Math.max(...commuter.weekday);
  return {
    regions: Object.entries(scenario.regions).map(([name, region]) => {
      const network =
        region.network === undefined
          ? proceduralRoads(name, region, scenario.roads)
          : geojsonRoads(region.network, scenario.roads);
      return {
        name,
        key: nameKey(name),
        zone: zoneOffsets(region.time_zone),
        holidays: (time.holidays[name] ?? []).map(dayOf).sort((a, b) => a - b),
        network,
        routes: buildRoutes(name, network, ATTRACTORS),
        temperatureC: region.temperature_c,
        precipitation: region.precipitation,
        fog: region.fog,
        sunshine: region.sunshine,
        dailyWave: Array.from({ length: 24 }, (_, hour) => 4 * cosDeg((hour - 15) * 15)),
      };
    }),
    classes: Object.entries(fleet.classes).map(([name, c]) => ({
      name,
      metresPerWeek: c.km_per_week * 1000,
      tripM: c.trip_km * 1000,
      legsOut: c.legs_out,
      legsBack: c.legs_back,
      stopMs: [c.stop_minutes[0] * 60000, c.stop_minutes[1] * 60000],
      workShare: c.work?.share ?? 0,
      workMs: [(c.work?.minutes[0] ?? 0) * 60000, (c.work?.minutes[1] ?? 0) * 60000],
      weekdayWeights: c.weekday_weights,
      restHour: c.rest_hour,
      departsFromDepot: c.depot,
      weekdayDepartures: departureQuantiles(time.departures[c.departures]!, 'weekday', c.rest_hour),
      weekendDepartures: departureQuantiles(time.departures[c.departures]!, 'weekend', c.rest_hour),
    })),
    devices: Object.entries(fleet.devices).map(([name, d]) => ({
      name,
      gpsError: d.gps_error,
      faultsPerHour: d.faults_per_1000_h / 1000,
      wearPerYear: d.wear_per_year,
      drain: d.drain_pct_per_h,
    })),
    regionShares: cumulativeShares(Object.values(scenario.regions)),
    classShares: cumulativeShares(Object.values(fleet.classes)),
    deviceShares: cumulativeShares(Object.values(fleet.devices)),
    driverSpread: fleet.driver_spread,
    service: fleet.service,
    commissionedFrom: dayOf(fleet.commissioned.from),
    commissionedTo: dayOf(fleet.commissioned.to),
    weather: {
      spellHours: [
        weather.spell_hours.sunny,
        weather.spell_hours.cloudy,
        weather.spell_hours.precipitation,
        weather.spell_hours.foggy,
      ],
      snowBelowDeci: weather.snow_below_c * 10,
    },
    traffic: {
      weekday: commuter.weekday.map((share) => share / peak),
      weekend: commuter.weekend.map((share) => share / peak),
      zoneWeight: ZONES.map((zone) => traffic.zone_weight[zone]),
      weather: WEATHERS.map((w) => traffic.weather[w]),
      mediumAbove: traffic.medium_above,
      highAbove: traffic.high_above,
      spread: traffic.spread,
    },
    speedFactor: Float64Array.from(
      WEATHERS.flatMap((w) => TRAFFIC_DENSITIES.map((t) => weather.speed[w] * traffic.speed[t])),
    ),
    events: compileEvents(scenario),
    label: compileLabel(scenario.label),
    metrics: compileMetrics(scenario, intervalMs),
    faults: compileFaults(scenario.devices, intervalMs),
    dirt: scenario.dirt,
    stopSeconds: scenario.roads.stop_seconds,
    sensors: scenario.sensors,
    signalDbm: ZONES.map((zone) => scenario.sensors.signal_dbm[zone]),
  };
}

/** Days since 1970-01-01 of a calendar date YYYY-MM-DD. */
export function dayOf(date: string): number {
  return Math.round(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / 86400000,
  );
}

function cumulativeShares(entries: readonly { readonly share: number }[]): number[] {
  const total = entries.reduce((sum, entry) => sum + entry.share, 0);
  let sum = 0;
  return entries.map((entry) => {
    sum += entry.share;
    return sum / total;
  });
}

/** Inverts the cumulative hourly weights, hours counted from the rest hour. */
function departureQuantiles(profile: DepartureProfile, day: 'weekday' | 'weekend', restHour: number): Float64Array {
  // The two hours before the rest hour stay free, so that the last trip can end.
  const weights = Array.from({ length: 22 }, (_, i) => profile[day][(i + restHour) % 24]!);
  const total = weights.reduce((a, b) => a + b, 0);
  const table = new Float64Array(DEPARTURE_STEPS + 1);
  let hour = 0;
  let before = 0;
  for (let i = 0; i <= DEPARTURE_STEPS; i++) {
    const target = (i / DEPARTURE_STEPS) * total;
    while (hour < 21 && before + weights[hour]! < target) before += weights[hour++]!;
    const within = weights[hour]! > 0 ? Math.min(1, (target - before) / weights[hour]!) : 0;
    table[i] = Math.round((hour + within) * 3600000);
  }
  return table;
}
