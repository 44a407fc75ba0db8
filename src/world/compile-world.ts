/**
 * Compiles a scenario into a world: the parts that threads read are in world.ts, so that they need not load what makes
 * it.
 */
import { HOUR_MS, HOUR_S, KMH_PER_MPS, MINUTE_MS } from '../base/time.js';
import { nameKey } from '../random/sfc32.js';
import {
  type DepartureProfile,
  type MotionParameters,
  type Scenario,
  type VehicleClass,
  ZONES,
} from '../scenario/model/scenario.js';
import { zoneOffsets } from '../scenario/model/time-zones.js';
import { compileConditions } from './conditions/compile-conditions.js';
import { speedFactors } from './conditions/speed-factor.js';
import { regionRoads } from './roads/compile-roads.js';
import { createWater } from './roads/procedural/water.js';
import { compileEvents } from './tables/event-tables.js';
import { compileFaults } from './tables/fault-tables.js';
import { compileLabel } from './tables/label-tables.js';
import { compileMetrics } from './tables/metric-tables.js';
import { compileReporting } from './tables/reporting-tables.js';
import { type ClassWorld, DEPARTURE_STEPS, dayOf, type MotionWorld, type RegionWorld, type World } from './world.js';

/** `intervalMs` is the time between records: it sets the persistence of metrics, and bounds the jitter. */
export function compileWorld(
  scenario: Scenario,
  intervalMs: number,
  regions: readonly RegionWorld[] = Object.keys(scenario.regions).map((name) => compileRegion(scenario, name)),
): World {
  const { fleet } = scenario;
  return {
    regions,
    classes: Object.entries(fleet.classes).map(([name, c]) => compileClass(name, c, scenario)),
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
    conditions: compileConditions(
      scenario,
      regions.map(({ network }) => network),
    ),
    speedFactor: speedFactors(scenario),
    motion: compileMotion(scenario.motion),
    events: compileEvents(scenario),
    label: compileLabel(scenario.label),
    metrics: compileMetrics(scenario, intervalMs),
    faults: compileFaults(scenario.devices),
    reporting: compileReporting(scenario.devices, intervalMs),
    dirt: scenario.dirt,
    sensors: scenario.sensors,
    signalDbm: ZONES.map((zone) => scenario.sensors.signal_dbm[zone]),
  };
}

/** The part of a world that takes the most time. */
export function compileRegion({ regions, roads, time }: Scenario, name: string): RegionWorld {
  const region = regions[name]!;
  return {
    name,
    index: Object.keys(regions).indexOf(name),
    key: nameKey(name),
    zone: zoneOffsets(region.time_zone),
    holidays: (time.holidays[name] ?? []).map(dayOf).sort((a, b) => a - b),
    centre: region.centre,
    water: createWater(region.centre, region.network === undefined ? region.water : undefined),
    ...regionRoads(name, region, roads),
  };
}

function compileClass(name: string, c: VehicleClass, { time, motion, regions }: Scenario): ClassWorld {
  return {
    name,
    metresPerWeek: c.km_per_week * 1000,
    spread: c.km_spread,
    tripM: c.trip_km * 1000,
    rounds: c.rounds,
    stops: c.stops,
    stopMs: [c.stop_minutes[0] * MINUTE_MS, c.stop_minutes[1] * MINUTE_MS],
    destinations: c.destinations,
    district: c.district ?? false,
    ranks: c.ranks ?? 0,
    workShare: c.work?.share ?? 0,
    workMs: [(c.work?.minutes[0] ?? 0) * MINUTE_MS, (c.work?.minutes[1] ?? 0) * MINUTE_MS],
    drivingDays: c.driving_days,
    leaveShare: c.leave_weeks / 52,
    weekdayWeights: c.weekday_weights,
    nightsAway: c.nights_away ?? 0,
    dayDriveS: (c.driving_hours?.day ?? Number.POSITIVE_INFINITY) * HOUR_S,
    breakAfterS: (c.driving_hours?.before_break ?? Number.POSITIVE_INFINITY) * HOUR_S,
    breakMs: (c.driving_hours?.break_minutes ?? 0) * MINUTE_MS,
    restHour: c.rest_hour,
    departsFromDepot: c.depot,
    weekdayDepartures: departureQuantiles(time.departures[c.departures]!, 'weekday', c.rest_hour),
    weekendDepartures: departureQuantiles(time.departures[c.departures]!, 'weekend', c.rest_hour),
    topSpeed: Float64Array.from(
      Object.values(regions),
      (region) => (region.max_speed_kmh?.[name] ?? c.max_speed_kmh) / KMH_PER_MPS,
    ),
    maxAcceleration: c.acceleration_ms2,
    maxBraking: c.braking_ms2,
    acceleration: c.acceleration_ms2 * motion.usual_acceleration,
    braking: c.braking_ms2 * motion.usual_braking,
    cornering: c.cornering_ms2,
  };
}

function compileMotion({ signals, give_way, roundabout, waves, idle_seconds }: MotionParameters): MotionWorld {
  return {
    redShare: signals.red_share,
    redS: signals.red_seconds[0],
    redSpreadS: signals.red_seconds[1] - signals.red_seconds[0],
    queueSPerIndex: signals.queue_seconds / 100,
    giveWayStops: give_way.stops,
    giveWayS: give_way.seconds,
    roundaboutStops: roundabout.stops,
    roundaboutS: roundabout.seconds,
    waveM: waves.metres[0],
    waveSpreadM: waves.metres[1] - waves.metres[0],
    waveStops: waves.stops,
    idleS: idle_seconds.before[0],
    idleSpreadS: idle_seconds.before[1] - idle_seconds.before[0],
    idleAfterS: idle_seconds.after,
  };
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
  const hours = profile[day];
  const weights = [...hours.slice(restHour), ...hours.slice(0, restHour)].slice(0, 22);
  const total = weights.reduce((a, b) => a + b, 0);
  const table = new Float64Array(DEPARTURE_STEPS + 1);
  let hour = Math.max(
    0,
    weights.findIndex((weight) => weight > 0),
  );
  let before = 0;
  for (let i = 0; i <= DEPARTURE_STEPS; i++) {
    const target = (i / DEPARTURE_STEPS) * total;
    while (hour < 21 && before + weights[hour]! < target) before += weights[hour++]!;
    const share = weights[hour]! > 0 ? Math.min(1, (target - before) / weights[hour]!) : 0;
    table[i] = Math.round((hour + share) * HOUR_MS);
  }
  return table;
}
