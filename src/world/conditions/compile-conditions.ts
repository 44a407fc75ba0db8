/** Compiles the parts of a scenario that determine weather and traffic. */
import { WEATHERS } from '../../columns/telemetry.js';
import { nameKey } from '../../random/sfc32.js';
import { type Scenario, ZONES } from '../../scenario/model/scenario.js';
import { zoneOffsets } from '../../scenario/model/time-zones.js';
import type { RoadNetwork } from '../roads/network.js';
import { dayOf } from '../world.js';
import { CONDITIONS_STREAM } from './blocks.js';
import type { ConditionsWorld, WeatherTables } from './conditions-world.js';
import { smoothedPeak } from './traffic.js';
import { HALF_CORRELATION } from './waves.js';

/** Scale of fronts and clouds against that of temperature (declared). */
const SYSTEM_SCALE = 0.8;
/**
 * Speed of the air masses relative to that of fronts, so that the temperature's correlation from day to day is about
 * 0.75 (declared).
 */
const AIR_SPEED = 0.3;
/** Minimum lifetime of fronts and clouds, and of air masses (declared). */
const SYSTEM_HOURS = 36;
const AIR_HOURS = 45;
/**
 * How far a front trails 10 degrees of latitude further south, around 45 degrees: 12 degrees of longitude (declared).
 */
const TRAIL_DEG = 34;
/**
 * A field must cross its level less often than its spells require: its scale is at least this many hours of travel per
 * hour of a spell (declared).
 */
const SLOWEST = 0.12;

/** Index of an average working day's peak in a zone of weight 1 (declared). */
const PEAK_INDEX = 0.88;

/** `networks` by region, in the scenario's order. */
export function compileConditions(scenario: Scenario, networks: readonly RoadNetwork[]): ConditionsWorld {
  const { time, traffic } = scenario;
  const commuter = time.departures.commuter ?? Object.values(time.departures)[0]!;
  const scale = PEAK_INDEX / smoothedPeak(commuter.weekday);
  const { incidents } = traffic;
  return {
    regions: Object.entries(scenario.regions).map(([name, region], i) => ({
      key: nameKey(name),
      latitude: region.centre[0],
      longitude: region.centre[1],
      zone: zoneOffsets(region.time_zone),
      holidays: (time.holidays[name] ?? []).map(dayOf).sort((a, b) => a - b),
      network: networks[i]!,
      temperatureC: region.temperature_c,
      precipitation: region.precipitation,
      fog: region.fog,
      sunshine: region.sunshine,
    })),
    weather: compileWeather(scenario),
    traffic: {
      weekday: commuter.weekday.map((share) => share * scale),
      weekend: commuter.weekend.map((share) => share * scale * traffic.weekend_weight),
      zoneWeight: ZONES.map((zone) => traffic.zone_weight[zone]),
      weather: WEATHERS.map((w) => traffic.weather[w]),
      mediumAbove: traffic.medium_above,
      highAbove: traffic.high_above,
      spread: traffic.spread,
      daySpread: traffic.day_spread,
      memoryMinutes: traffic.memory_minutes,
      incidents: { perWeek: incidents.per_week, minutes: incidents.minutes, index: incidents.index },
    },
    jamming: scenario.sensors.jamming,
  };
}

function compileWeather({ weather }: Scenario): WeatherTables {
  const { sunny, cloudy, precipitation, foggy } = weather.spell_hours;
  const speedKmh = weather.front_speed_kmh;
  const scaleKm = weather.correlation_km / HALF_CORRELATION;
  const system = (stream: number, spellHours: number) => {
    const slowest = (speedKmh * spellHours) / (2 * Math.PI * SLOWEST);
    return {
      stream,
      scaleKm: Math.max(scaleKm * SYSTEM_SCALE, slowest),
      speedKmh,
      lifeHours: Math.max(SYSTEM_HOURS, 3 * spellHours),
      trailDeg: TRAIL_DEG,
    };
  };
  return {
    spellHours: { sunny, cloudy, wet: precipitation, foggy },
    snowBelowDeci: weather.snow_below_c * 10,
    temperatureSpreadC: weather.temperature_spread_c,
    wetness: system(CONDITIONS_STREAM.wetness, precipitation),
    cloud: system(CONDITIONS_STREAM.cloud, Math.min(sunny, cloudy)),
    temperature: {
      stream: CONDITIONS_STREAM.temperature,
      scaleKm,
      speedKmh: speedKmh * AIR_SPEED,
      lifeHours: AIR_HOURS,
      trailDeg: 0,
    },
  };
}
