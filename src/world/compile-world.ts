/** Compiles a scenario into a world: what threads read of it stands in world.ts, so that they need not load what makes it. */
import { TRAFFIC_DENSITIES, WEATHERS } from '../columns/telemetry.js';
import { cosDeg } from '../random/exact-math.js';
import { nameKey } from '../random/sfc32.js';
import { type DepartureProfile, type Scenario, ZONES } from '../scenario/scenario.js';
import { zoneOffsets } from '../scenario/time-zones.js';
import { compileEvents } from './event-tables.js';
import { compileFaults } from './fault-tables.js';
import { geojsonRoads } from './geojson-roads.js';
import { compileLabel } from './label-tables.js';
import { compileMetrics } from './metric-tables.js';
import { proceduralRoads } from './procedural-roads.js';
import { buildRoutes } from './routes.js';
import { DEPARTURE_STEPS, dayOf, type RegionWorld, type World } from './world.js';

const ATTRACTORS = 28;

/** `intervalMs` is the time between records: it sets how fast metrics forget. */
export function compileWorld(
  scenario: Scenario,
  intervalMs: number,
  regions: readonly RegionWorld[] = Object.keys(scenario.regions).map((name) => compileRegion(scenario, name)),
): World {
  const { fleet, time, weather, traffic } = scenario;
  const commuter = time.departures.commuter ?? Object.values(time.departures)[0]!;
  const peak = Math.max(...commuter.weekday);
  return {
    regions,
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

/** What takes the most time of a world: up to a second for a large city. */
export function compileRegion({ regions, roads, time }: Scenario, name: string): RegionWorld {
  const region = regions[name]!;
  const network =
    region.network === undefined ? proceduralRoads(name, region, roads) : geojsonRoads(region.network, roads);
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
