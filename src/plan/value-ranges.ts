/**
 * The inclusive range of every stored number in a scenario, for the descriptions; no value is outside it. The limits on
 * the scenario's figures (scenario/schema/schema.ts) guarantee that each range fits its column.
 */
import { MINUTE_MS } from '../base/time.js';
import type { Arrays, Column, TableSchema, ValueRange } from '../columns/column.js';
import type { Scenario } from '../scenario/model/scenario.js';

/** Ranges that depend on the scenario; undefined for that of the catalogue, as for all other columns. */
const RANGES: Readonly<Record<string, (scenario: Scenario) => ValueRange | undefined>> = {
  network_delay_ms: ({ sensors, devices }) => {
    const skewMs = devices.clock_skew.per_1000_days > 0 ? devices.clock_skew.most_minutes * MINUTE_MS : 0;
    return { min: 0 - skewMs, max: sensors.max_lateness_minutes * MINUTE_MS + skewMs };
  },
  sensor_battery_pct: ({ dirt }) => (dirt.battery_over_100 > 0 ? undefined : { min: 0, max: 100 }),
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
  const range = Object.hasOwn(RANGES, column.name) ? RANGES[column.name]?.(scenario) : undefined;
  return range === undefined ? column : { ...column, range };
}
