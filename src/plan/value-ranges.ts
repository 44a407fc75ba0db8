/**
 * The inclusive range of every stored number in a scenario, for the descriptions; no value is outside it. The limits on
 * the scenario's figures (scenario/schema/schema.ts) guarantee that each range fits its column.
 */
import { MINUTE_MS } from '../base/time.js';
import type { Arrays, Column, TableSchema, ValueRange } from '../columns/column.js';
import type { Scenario } from '../scenario/model/scenario.js';
import { DATASET_LIMITS } from './request.js';

const FROM_ZERO: ValueRange = { min: 0 };
const LATITUDE: ValueRange = { min: -90, max: 90 };
const LONGITUDE: ValueRange = { min: -180, max: 180 };
/** Dirt charges a battery beyond what it holds. */
const OVERCHARGED: ValueRange = { min: 0, max: 140 };

/** By column name; columns without an entry have no meaningful range. */
const RANGES: Readonly<Record<string, ValueRange | ((scenario: Scenario) => ValueRange)>> = {
  record_id: { min: 0, max: Number.MAX_SAFE_INTEGER },
  trip_id: { min: 0, max: DATASET_LIMITS.vehicles.max * 1e7 },
  network_delay_ms: ({ sensors, devices }) => {
    const skewMs = devices.clock_skew.per_1000_days > 0 ? devices.clock_skew.most_minutes * MINUTE_MS : 0;
    return { min: 0 - skewMs, max: sensors.max_lateness_minutes * MINUTE_MS + skewMs };
  },
  latitude: LATITUDE,
  longitude: LONGITUDE,
  gps_accuracy_m: FROM_ZERO,
  speed_kmh: FROM_ZERO,
  heading_deg: { min: 0, max: 359.9 },
  odometer_km: FROM_ZERO,
  // The hottest month of a scenario has 60 on average, the coldest -70.
  temperature_c: { min: -100, max: 100 },
  hour_of_day: { min: 0, max: 23 },
  sensor_battery_pct: ({ dirt }) => (dirt.battery_over_100 > 0 ? OVERCHARGED : { min: 0, max: 100 }),
  signal_strength_dbm: { min: -140, max: -44 },
  risk_score: { min: 0, max: 1 },
  true_latitude: LATITUDE,
  true_longitude: LONGITUDE,
  home_latitude: LATITUDE,
  home_longitude: LONGITUDE,
};

/** The table with the ranges that its columns have in the scenario; custom metrics declare their own. */
export function withRanges<Known extends Arrays>(
  { columns }: TableSchema<Known>,
  scenario: Scenario,
): TableSchema<Known> {
  return { columns: columns.map((column) => withRange(column, scenario)) };
}

function withRange(column: Column, scenario: Scenario): Column {
  const metric = Object.hasOwn(scenario.metrics, column.name) ? scenario.metrics[column.name] : undefined;
  if (metric !== undefined) return { ...column, range: { min: metric.range[0], max: metric.range[1] } };
  const range = Object.hasOwn(RANGES, column.name) ? RANGES[column.name] : undefined;
  if (range === undefined) return column;
  return { ...column, range: typeof range === 'function' ? range(scenario) : range };
}

/** The range of a column's values in any scenario, for readers that don't know it. */
export function widestRange({ name }: Column): ValueRange {
  if (name === 'sensor_battery_pct') return OVERCHARGED;
  const known = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
  return known === undefined || typeof known === 'function' ? {} : known;
}
